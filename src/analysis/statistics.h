// Statistics of repeated runs and of series: pure numbers in, numbers out. Read this header first.
// Numbers here carry no unit: the caller takes them out of its quantities and puts the answer back.
// Pure functions, any thread.
#pragma once

#include <optional>
#include <span>

#include "base/result.h"

namespace analysis {

// A centre and the bounds that hold the truth with 95 % confidence; low <= value <= high.
struct Interval {
  double value = 0, low = 0, high = 0;
};

// Nothing where there are no numbers.
std::optional<double> mean(std::span<const double> values);
std::optional<double> median(std::span<const double> values);  // the mean of the middle two of an even count

// How strongly each value follows the one before it, in [-1, 1]. Nothing below three values or where all are equal.
std::optional<double> lag1_correlation(std::span<const double> values);

// The geometric mean of repeated positive values, in the order in which they were taken, with the t interval of the
// mean of their logarithms. Energies of repeated runs scatter by a factor, not by a sum, so the interval is symmetric
// in the logarithm and never reaches below zero. Runs that follow each other (a machine that warms up) tell less than
// their count says: the half-width grows by sqrt((1 + r) / (1 - r)), r the lag-1 correlation corrected for its bias,
// held to [0, 0.9]. invalid: fewer than two values, or one that is not a finite number above zero.
base::Result<Interval> log_mean_interval(std::span<const double> values);

}  // namespace analysis
