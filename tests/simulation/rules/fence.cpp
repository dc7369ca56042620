#include <algorithm>

#include "simulation/rules/jobs_seen.h"

namespace simulation {

using jobs::JobState;

void fence(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    for (const auto* renewed : job.renewed) {
      const auto next = job.granted(renewed->attempt + 1);
      if (next && renewed->asked > *next)
        findings.push_back(base::format("{}: attempt {} was renewed at {:.3f} s, after attempt {} had begun",
                                        job.name(), renewed->attempt, seconds(renewed->asked), renewed->attempt + 1));
      const Saved* then = job.at(renewed->asked);
      if (then && jobs::is_terminal(then->state) && then->attempts >= renewed->attempt && !job.ever_retried())
        findings.push_back(base::format("{}: attempt {} was renewed at {:.3f} s, when the job was {}", job.name(),
                                        renewed->attempt, seconds(renewed->asked), jobs::name(then->state)));
    }
    for (const auto* verdict : job.verdicts) {
      const auto next = job.granted(verdict->attempt + 1);
      if (verdict->accepted && next && verdict->asked > *next && !job.had_its_word(verdict->attempt, *next))
        findings.push_back(
            base::format("{}: the result of attempt {} was taken at {:.3f} s, after attempt {} had begun", job.name(),
                         verdict->attempt, seconds(verdict->when), verdict->attempt + 1));
    }
  }
}

void answered(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence))
    for (const auto* ran : job.ran) {
      const bool heard = std::any_of(job.verdicts.begin(), job.verdicts.end(),
                                     [&](const auto* verdict) { return verdict->attempt == ran->attempt; });
      // But for one that its own node, which had lost sight of it, has begun anew.
      const bool given_up = std::any_of(job.ran.begin(), job.ran.end(), [&](const auto* other) {
        return other->attempt > ran->attempt && other->machine == ran->machine;
      });
      if (ran->reported && !heard && !given_up)
        findings.push_back(base::format("{}: the report of attempt {}, {}, was never answered, and is no more on {}",
                                        job.name(), ran->attempt, jobs::name(*ran->reported), ran->machine));
    }
}

}  // namespace simulation
