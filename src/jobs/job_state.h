// The life of a job as a table: the only place where a state changes. Pure, any thread; stores execute it, never decide
// it. Persisted by name. job_state_test.cpp spells out every cell.
//
// An offer is no state: a job that was offered is queued until its agent starts it. Terminal states are absorbing but
// for `retry`; whatever happens to a job that is being canceled, it ends as canceled.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"

namespace jobs {

enum class JobState { queued, running, canceling, paused, completed, failed, canceled };
std::string_view name(JobState state);
base::Result<JobState> parse_job_state(std::string_view text);
std::span<const JobState> all_job_states();
constexpr bool is_terminal(JobState s) {
  return s == JobState::completed || s == JobState::failed || s == JobState::canceled;
}

// result_…: what a report is worth, by after_failure (retry.h): done, another attempt, no other attempt, stopped as
// asked.
enum class Event {
  start,
  renew,
  result_completed,
  result_retry,
  result_failed,
  result_canceled,
  lease_ended,  // by the master's clock; counted as an interruption
  cancel,
  pause,
  resume,
  retry
};
std::string_view name(Event event);

// What is known of the caller's right. Only start, renew and the results look at it: the others are asked by the master
// itself or by people, whose rights are checked before.
enum class Claim {
  holder,         // the token is the current lease's; of a terminal job: that of the attempt whose result was accepted
  late_but_sole,  // the last attempt's lease ended, but nobody has started the job since
  offer,          // a live offer (start only)
  stranger,       // any other token, also that of an attempt whose failure was accepted: it has had its word
  none,           // the event carries no token
};
std::string_view name(Claim claim);

enum class Verdict {
  moved,        // the state changes to `to`
  unchanged,    // accepted, nothing changes (the same start again, renewal, cancel of a canceling job)
  told_cancel,  // renewal accepted: the holder must stop
  told_late,    // the holder goes on, nothing is renewed
  told_lost,    // the holder must stop at once, its work is worth nothing
  conflict,     // refused (409); `why` says so
};

struct Step {
  Verdict verdict = Verdict::conflict;
  JobState to = JobState::queued;  // the state afterwards; the same as before unless moved
  std::string_view why;            // for conflict: a sentence that goes into the 409
  bool operator==(const Step&) const = default;
};

Step transition(JobState from, Event event, Claim claim);

}  // namespace jobs
