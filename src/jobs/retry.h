// What follows a failed attempt. Pure.
#pragma once

#include <optional>

#include "jobs/job.h"
#include "jobs/report.h"

namespace jobs {

constexpr int most_interruptions = 10;

struct NextStep {
  enum class Kind { again, dead } kind = Kind::dead;
  units::Seconds delay{};  // before the next attempt
};
// `failures` and `interruptions` count this one too. `jitter` in [0,1). input and parameters are dead at once; transient
// waits 5 s · 2ⁿ up to 5 min, ± 25 %; interruption goes again at once, up to 10.
NextStep after_failure(FailureClass failure, int failures, int interruptions, int max_attempts, double jitter);

}  // namespace jobs
