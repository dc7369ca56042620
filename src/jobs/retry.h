// What follows an attempt that did not complete. Pure, any thread.
#pragma once

#include <optional>

#include "jobs/job.h"
#include "jobs/report.h"

namespace jobs {

// A job that ten nodes lost, each for its own reason, does not exist: it is the job.
constexpr int most_interruptions = 10;

struct NextStep {
  enum class Kind { again, dead } kind = Kind::dead;
  units::Seconds delay{};  // before the next attempt
};
// `failures` counts the attempts that failed and `interruptions` those that were cut off, this one included where it is
// one.
//   input, parameters   dead at once: it would fail in the same way everywhere
//   canceled, none      dead: there is nothing to try again
//   interruption        again at once, at most 10 times; not the job's failure
//   the others          again after 5 s · 2ⁿ up to 5 min, ± 25 % by `jitter` in [0,1), until max_attempts have failed
NextStep after_failure(FailureClass failure, int failures, int interruptions, int max_attempts, double jitter);

}  // namespace jobs
