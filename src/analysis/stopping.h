// When a series of repeated runs has told enough: sequential stopping. Pure, any thread.
#pragma once

#include <optional>
#include <span>

#include "analysis/statistics.h"

namespace analysis {

// At least `least` runs, and the 95 % interval of their mean within ± `target` of it after two runs in a row: each look
// at an interval is another chance to find it narrow by luck. No more than `most` runs.
struct StoppingRule {
  double target = 0.02;  // above 0
  int least = 5, most = 50;
};
enum class Stop { go_on, reached, not_reached };  // not_reached: `most` runs were not enough

// Of positive finite values, in the order in which they were taken. It looks at them alone and keeps nothing, so that a
// series that was cut off goes on as if it had not been.
Stop decide(const StoppingRule& rule, std::span<const double> values);

// Half the width of the interval of log_mean_interval(), as a share of the mean; nothing where there is no interval.
std::optional<double> relative_half_width(std::span<const double> values);

// How much the values grow (or shrink, below 0) from one to the next, as a share, with the 95 % interval: a machine
// that warms up, another that began to work. A trend is there where the interval does not hold 0.
// invalid: fewer than three values, or one that is not a finite number above zero.
base::Result<Interval> trend(std::span<const double> values);
bool excludes(const Interval& interval, double value);

}  // namespace analysis
