// The life of a job as a table: the only place where a state changes. Pure; stores execute it, never decide it.
// Persisted by name. The table is docs/reference of jobs and is tested cell by cell.
#pragma once

#include <string_view>

#include "base/result.h"

namespace jobs {

enum class JobState { queued, running, canceling, paused, completed, failed, canceled };
std::string_view name(JobState state);
base::Result<JobState> parse_job_state(std::string_view text);
constexpr bool is_terminal(JobState s) {
  return s == JobState::completed || s == JobState::failed || s == JobState::canceled;
}

enum class Event { start, renew, result_completed, result_retry, result_failed, result_canceled, lease_ended, cancel, pause, resume, retry };

// What is known of the caller's right, for events that carry a lease token.
enum class Claim {
  holder,         // the token is the current lease's
  late_but_sole,  // the last attempt's lease ended, but nobody has started the job since
  offer,          // a live offer (start only)
  stranger,       // any other token
  none,           // the event carries no token
};

enum class Verdict {
  moved,       // the state changes to `to`
  unchanged,   // accepted, nothing changes (the same start again, renewal, cancel of a canceling job)
  told_cancel, // renewal accepted: the holder must stop
  told_late,   // the holder goes on, nothing is renewed
  told_lost,   // the holder must stop at once, its work is worth nothing
  conflict,    // refused (409); `why` says so
};
struct Step {
  Verdict verdict = Verdict::conflict;
  JobState to = JobState::queued;
  std::string_view why;  // for conflict
};

Step transition(JobState from, Event event, Claim claim);

}  // namespace jobs
