// What follows an attempt that did not complete. Pure, any thread.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "jobs/job.h"
#include "jobs/report.h"

namespace jobs {

// A job that ten nodes lost, each for its own reason, does not exist: it is the job. The same of nodes that lack what
// it needs.
constexpr int most_interruptions = 10;
// Nodes that restarted while they ran it: two are no accident (a driver that hangs, memory that runs out).
constexpr int most_crashes = 2;

// What is known of a job when an attempt has ended without a result that counts, this attempt included.
struct Tally {
  int failures = 0, interruptions = 0, crashes = 0;
  int lacking = 0;  // attempts that failed for what their node lacks
  int max_attempts = 3;
};

struct NextStep {
  enum class Kind { again, dead } kind = Kind::dead;
  units::Seconds delay{};  // before the next attempt
};
//   input, parameters   dead at once: it would fail in the same way everywhere
//   canceled, none      dead: there is nothing to try again
//   node                again at once, elsewhere; not the job's failure
//   interruption        again at once, at most 10 times and not after two crashes; not the job's failure
//   the others          again after 5 s · 2ⁿ up to 5 min, ± 25 % by `jitter` in [0,1), until max_attempts have failed
NextStep after_failure(FailureClass failure, const Tally& tally, double jitter);
constexpr units::Seconds longest_delay{300 * 1.25};

// What a failure is when it is seen beside the earlier attempts: the same error on two nodes is not the nodes' fault.
// Numbers in errors (process ids, times, addresses) do not make them different.
FailureClass judged(FailureClass told, std::string_view error, base::Id node, std::span<const Attempt> earlier);

}  // namespace jobs
