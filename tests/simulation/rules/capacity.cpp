#include <algorithm>

#include "simulation/rules/jobs_seen.h"

namespace simulation {

void capacity(const Evidence& evidence, Findings& findings) {
  for (const auto& [machine, slots] : evidence.slots) {
    // +1 where one begins, -1 where it ends.
    std::vector<std::pair<Moment, int>> changes;
    for (const auto& ran : evidence.history.ran) {
      if (ran.machine != machine || !ran.ended) continue;
      changes.emplace_back(ran.began, 1);
      changes.emplace_back(*ran.ended, -1);
    }
    std::sort(changes.begin(), changes.end());
    int running = 0;
    for (const auto& [when, change] : changes) {
      running += change;
      if (running > slots)
        findings.push_back(
            base::format("{} runs {} jobs at {:.3f} s and has {} slots", machine, running, seconds(when), slots));
    }
  }
}

void alone(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    if (job.record->job.submission.alone != jobs::Alone::yes) continue;
    for (const auto* ran : job.ran)
      for (const auto& other : evidence.history.ran) {
        if (&other == ran || other.machine != ran->machine || !other.ended || !ran->ended) continue;
        if (other.began < *ran->ended && ran->began < *other.ended)
          findings.push_back(base::format("{} wants {} to itself, and {} runs there at {:.3f} s", job.name(),
                                          ran->machine, other.job.text(), seconds(std::max(other.began, ran->began))));
      }
  }
}

}  // namespace simulation
