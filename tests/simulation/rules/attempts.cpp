#include <algorithm>
#include <set>

#include "simulation/rules/jobs_seen.h"

namespace simulation {

using jobs::JobState;

void attempts(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    const auto& record = *job.record;
    int number = 0;
    for (const auto& attempt : record.job.attempts) {
      if (attempt.number != ++number)
        findings.push_back(base::format("{}: attempt {} stands at place {}", job.name(), attempt.number, number));
      if (!attempt.ended) findings.push_back(base::format("{}: attempt {} never ended", job.name(), attempt.number));
    }
    int granted = 0;
    JobState before = JobState::queued;
    for (const auto* saved : job.saved) {
      const bool grant = saved->state == JobState::running && before != JobState::running;
      if (grant && saved->attempts != granted + 1)
        findings.push_back(base::format("{}: attempt {} began after attempt {}", job.name(), saved->attempts, granted));
      if (!grant && saved->attempts != granted)
        findings.push_back(base::format("{} has {} attempts where {} began", job.name(), saved->attempts, granted));
      granted = saved->attempts;
      before = saved->state;
    }
    if (record.job.failures > record.job.submission.max_attempts)
      findings.push_back(base::format("{} failed {} times of at most {}", job.name(), record.job.failures,
                                      record.job.submission.max_attempts));
    if (record.job.interruptions > 11)
      findings.push_back(base::format("{} was interrupted {} times", job.name(), record.job.interruptions));
    std::set<int> ran;
    for (const auto* one : job.ran)
      if (!ran.insert(one->attempt).second)
        findings.push_back(base::format("{}: attempt {} ran twice", job.name(), one->attempt));
  }
}

void results(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    for (const auto* saved : job.saved) {
      if (saved->state != JobState::completed) continue;
      const bool sent = std::any_of(job.posted.begin(), job.posted.end(), [&](const auto* posted) {
        return posted->attempt == saved->attempts && posted->end == jobs::End::completed && posted->when <= saved->when;
      });
      if (!sent)
        findings.push_back(
            base::format("{} was completed by attempt {}, which sent no such result", job.name(), saved->attempts));
    }
    // What comes after the end of a lease is thrown away whatever it says, and so may be answered.
    for (const auto& second : evidence.history.contradicted)
      if (second.job == job.record->job.id && job.had_its_word(second.attempt, second.asked))
        findings.push_back(base::format("{}: another result of attempt {} was taken at {:.3f} s", job.name(),
                                        second.attempt, seconds(second.asked)));
    for (const auto* verdict : job.verdicts) {
      if (!verdict->publish) continue;
      const auto place = static_cast<std::size_t>(verdict->attempt);
      if (place == 0 || place > job.record->job.attempts.size() ||
          job.record->job.attempts[place - 1].outcome != "completed")
        findings.push_back(base::format("{}: attempt {} was told to publish and is not recorded as completed",
                                        job.name(), verdict->attempt));
    }
  }
}

}  // namespace simulation
