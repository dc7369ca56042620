// The half-width at 95 % of what a job was charged, from what was seen while it ran.
//
// Its causes are independent of each other, so their squares add:
// - CPU seconds differ in watts. With share p of the busy time, the others' parts q of theirs, and a standard deviation
//   σ of the logarithm between programs: σ · (1 − p) · √(1 + Σ q²), relative.
// - the baseline's own standard error, for the job's share of the time.
// - a tick of the counter at each boundary.
#pragma once

#include <cmath>

#include "accountant.h"

namespace truth {

inline constexpr double kTwoSided = 1.96;

inline units::Joules half_width(const JobCharge& charge) {
  const double unlike = kTwoSided * power_sources::simulated::kActivitySpread * charge.unlike;
  const double baseline = kTwoSided * charge.baseline_error.value(), timing = charge.timing.value();
  return units::Joules(std::sqrt(unlike * unlike + baseline * baseline + timing * timing));
}

}  // namespace truth
