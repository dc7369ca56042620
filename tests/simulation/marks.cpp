#include "simulation/marks.h"

#include <algorithm>
#include <set>

#include "simulation/rules/jobs_seen.h"

namespace simulation {
namespace {

using jobs::JobState;
using Kind = Operation::Kind;
using Outcome = Operation::Outcome;

class Marking {
 public:
  Marking(Marks& marks, const Evidence& evidence) : marks_(marks), evidence_(evidence) {}
  void when(bool happened, Mark mark) {
    if (happened) marks_.set(static_cast<std::size_t>(mark));
  }

  void operations(const JobSeen& job) {
    for (const auto* op : job.operations) {
      const bool done = op->outcome == Outcome::done, refused = op->outcome == Outcome::refused;
      const Saved* before = job.at(op->asked);
      const auto was = [&](JobState state) { return done && before && before->state == state; };
      switch (op->kind) {
        case Kind::cancel:
          when(was(JobState::queued), Mark::cancel_of_queued);
          when(was(JobState::running), Mark::cancel_of_running);
          when(was(JobState::paused), Mark::cancel_of_paused);
          when(refused, Mark::cancel_refused);
          break;
        case Kind::pause:
          when(done, Mark::paused);
          when(refused, Mark::pause_refused);
          break;
        case Kind::resume:
          when(done, Mark::resumed);
          break;
        case Kind::retry:
          when(done, Mark::retried);
          when(was(JobState::completed), Mark::retried_completed);
          when(refused, Mark::retry_refused);
          break;
        default:
          break;
      }
    }
  }

  void steps(const JobSeen& job) {
    std::set<std::string> masters;
    for (std::size_t i = 1; i < job.saved.size(); ++i) {
      const auto &before = *job.saved[i - 1], &after = *job.saved[i];
      masters.insert(after.master);
      const bool completed = after.state == JobState::completed;
      when(completed && after.attempts == 1, Mark::completed_at_once);
      when(completed && after.attempts > 1, Mark::completed_later);
      when(completed && before.state == JobState::queued, Mark::completed_late_but_sole);
      when(completed && before.state == JobState::paused, Mark::completed_while_paused);
      const bool ended = after.reason == "its node did not renew the lease in time";
      when(ended, Mark::lease_ended);
      when(ended && before.state == JobState::canceling, Mark::lease_ended_while_canceling);
      when(after.reason == "its node was restarted", Mark::node_restarted);
      when(after.reason.find("died without a report") != std::string::npos, Mark::runner_died);
      when(after.reason.find("gave the job back") != std::string::npos, Mark::runner_given_back);
      when(after.reason.find("could not be started") != std::string::npos, Mark::launch_failed);
      when(after.reason.find("was killed") != std::string::npos, Mark::runner_killed);
      when(after.reason.starts_with("the same error on two nodes"), Mark::same_error_twice);
      when(after.reason == "the encoder is missing", Mark::node_lacks);
      when(after.came_late(), Mark::energy_came_late);
      when(after.reason.starts_with("poison:"), Mark::poison);
      when(after.state == JobState::failed && after.reason == "moov atom not found", Mark::failed_by_input);
    }
    when(masters.size() > 1, Mark::masters_shared_a_job);
    const auto& record = job.record->job;
    if (record.state == JobState::failed) {
      when(record.failures >= record.submission.max_attempts, Mark::failed_by_failures);
      when(record.interruptions > 10, Mark::failed_by_interruptions);
    }
    when(record.state == JobState::queued, Mark::unsatisfiable);
    when(record.submission.alone == jobs::Alone::yes && !job.ran.empty(), Mark::ran_alone);
  }

  void results(const JobSeen& job) {
    std::map<int, int> posted, accepted;
    for (const auto* one : job.posted) {
      ++posted[one->attempt];
      const Saved* at = job.at(one->when);
      when(one->end == jobs::End::completed && at && at->state == JobState::canceling, Mark::result_after_cancel);
    }
    for (const auto* one : job.verdicts) {
      if (one->accepted) ++accepted[one->attempt];
      when(!one->accepted, Mark::result_refused);
      const Saved* at = job.at(one->when);
      when(!one->accepted && at && at->attempts > one->attempt, Mark::result_of_lost_lease);
    }
    for (const auto& [attempt, count] : posted) {
      when(count > 1, Mark::result_posted_again);
      // Taken, posted again after that, and answered well.
      for (const auto* saved : job.saved)
        for (const auto* again : job.posted)
          when(accepted[attempt] > 0 && count > 1 && saved->attempts == attempt &&
                   saved->actor == job.machine_of(attempt) && saved->state != JobState::running &&
                   again->attempt == attempt && again->when > saved->when,
               Mark::result_accepted_again);
    }
  }

  void runs(const JobSeen& job) {
    for (const auto* ran : job.ran) {
      if (!ran->ended) continue;
      for (const auto* saved : job.saved)
        when(saved->when > ran->began && saved->when < *ran->ended && saved->attempts == ran->attempt &&
                 saved->state == JobState::queued,
             Mark::ran_without_lease);
      for (const auto* other : job.ran)
        when(other->attempt > ran->attempt && other->began < *ran->ended, Mark::two_at_once);
    }
  }

  void followers() {
    std::set<Machine> begun;
    for (const auto& heard : evidence_.history.heard)
      if (heard.what == Heard::What::begun) when(!begun.insert(heard.master).second, Mark::follower_began_anew);
  }

  void slots() {
    for (const auto& [machine, slots] : evidence_.slots) {
      if (slots < 2) continue;
      for (const auto& one : evidence_.history.ran) {
        if (one.machine != machine) continue;
        const auto at_once =
            std::count_if(evidence_.history.ran.begin(), evidence_.history.ran.end(), [&](const Ran& other) {
              return other.machine == one.machine && other.began <= one.began && other.ended &&
                     *other.ended > one.began;
            });
        when(at_once == slots, Mark::slots_full);
      }
    }
  }

 private:
  Marks& marks_;
  const Evidence& evidence_;
};

}  // namespace

void add_marks(const Evidence& evidence, Marks& marks) {
  Marking marking(marks, evidence);
  for (const auto& job : jobs_seen(evidence)) {
    marking.operations(job);
    marking.steps(job);
    marking.results(job);
    marking.runs(job);
  }
  marking.slots();
  marking.followers();
}

std::vector<std::string> names(const Marks& marks) {
  static const char* const all[] = {
#define MARK(name, what) #name,
#include "simulation/marks.def"
#undef MARK
  };
  std::vector<std::string> found;
  for (std::size_t i = 0; i < marks_count; ++i)
    if (marks.test(i)) found.emplace_back(all[i]);
  return found;
}

}  // namespace simulation
