// The error model: how far a workload's joules may lie from the truth, from what is known about how they were charged.
// The causes are independent, so their half-widths add as squares. The one constant was fitted on simulated machines
// and its coverage is tested (docs/developer/truth.md). Pure.
#pragma once

#include "units/quantity.h"

namespace attribution {

// What CPU seconds of different programs differ by: for one program 95 % of its joules per CPU second lie within this
// part of the mean of those that run beside it.
inline constexpr double kUnlikePrograms = 0.235;

// Each is a half-width at 95 % in joules but for `unlike`.
struct ErrorCauses {
  units::Joules timing{};         // what may lie on the other side of a boundary read
  units::Joules baseline_down{};  // charged too much where the idle power is really higher …
  units::Joules baseline_up{};    // … and too little where it is lower
  // Σ over the intervals of |joules charged by share| × unlike_weight().
  units::Joules unlike{};
  units::Joules lost{};  // the most that gaps of the counter may hide: upwards only, and not a matter of chance
};
struct HalfWidths {
  units::Joules down{}, up{};
};
HalfWidths half_widths(const ErrorCauses& causes);

// How strongly the joules charged to one program depend on the unlikeness of programs: with shares s of the busy time,
// √((1 − s_own)² + Σ s_other²). 0 for one that runs alone. `own` and `all` (the busy time) are CPU times, and
// `others_squared` is the sum of the squares of the others' CPU times, the system's included.
double unlike_weight(units::Seconds own, double others_squared, units::Seconds all);

}  // namespace attribution
