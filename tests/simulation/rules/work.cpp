#include <algorithm>

#include "simulation/model_runner.h"
#include "simulation/rules/jobs_seen.h"

namespace simulation {

using jobs::JobState;

void publishing(const Evidence& evidence, Findings& findings) {
  const auto all = jobs_seen(evidence);
  for (const auto& published : evidence.history.published) {
    const auto job =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.record->job.id == published.job; });
    if (job == all.end() || published.path != job->record->job.submission.name + ".mp4") {
      findings.push_back(base::format("{} holds what nobody made: incomplete, or of another job", published.path));
      continue;
    }
    const bool accepted = std::any_of(job->saved.begin(), job->saved.end(), [&](const auto* saved) {
      return saved->state == JobState::completed && saved->attempts == published.attempt &&
             saved->when <= published.when;
    });
    if (!accepted)
      findings.push_back(base::format("{}: attempt {} published at {:.3f} s and was not accepted", job->name(),
                                      published.attempt, seconds(published.when)));
  }
  for (const auto& job : all) {
    int completed = 0;  // the last attempt that did
    for (const auto* saved : job.saved)
      if (saved->state == JobState::completed) completed = saved->attempts;
    const auto content = evidence.history.contents.find(job.record->job.submission.name + ".mp4");
    if (completed == 0 && content != evidence.history.contents.end())
      findings.push_back(base::format("{} never completed and has an output", job.name()));
    if (completed == 0) continue;
    if (content == evidence.history.contents.end() && !job.ever_retried())  // a retry gives up what was before it
      findings.push_back(base::format("{} completed by attempt {} and has no output", job.name(), completed));
    else if (content != evidence.history.contents.end() && !job.ever_retried() &&
             content->second != film(job.record->job.id, completed))
      findings.push_back(
          base::format("{} completed by attempt {} and its output is: {}", job.name(), completed, content->second));
  }
}

void work(const Evidence& evidence, Findings& findings) {
  for (const auto& job : jobs_seen(evidence)) {
    const auto& last = job.record->job;
    if (last.state == JobState::canceled || last.state == JobState::completed || last.attempts.empty()) continue;
    // A node that was restarted a second time with it has one lease's time to deliver, which a cut may outlast.
    if (last.reason.starts_with("poison:")) continue;
    // One interruption too many: it has failed before its node was heard again.
    if (last.state == JobState::failed && last.interruptions > 10) continue;
    for (const auto* ran : job.ran)
      if (ran->attempt == last.attempts.back().number && ran->reported == jobs::End::completed && !ran->told_to_stop)
        findings.push_back(base::format("{} is {} though its last attempt, {}, finished on {}", job.name(),
                                        jobs::name(last.state), ran->attempt, ran->machine));
  }
}

}  // namespace simulation
