#include <algorithm>

#include "simulation/rules/jobs_seen.h"

namespace simulation {

void capacity(const Evidence& evidence, Findings& findings) {
  for (const auto& [machine, slots] : evidence.slots) {
    // +1 where one begins, -1 where it ends. One that was told to stop and takes its time is not counted.
    std::vector<std::pair<Moment, int>> changes;
    for (const auto& ran : evidence.history.ran) {
      if (ran.machine != machine || ran.told_to_stop || !ran.ended) continue;
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

}  // namespace simulation
