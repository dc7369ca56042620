// The straight line through points, y = intercept + slope · x, with how far the slope is known. Pure, any thread.
#pragma once

#include <span>

#include "analysis/statistics.h"

namespace analysis {

struct LinearFit {
  double intercept = 0;
  Interval slope;  // 95 %
  // Where the line is known best: at the mean of x. Its error there and that of the slope are independent, so that at
  // any other x the half-width is √(half of middle² + ((x − middle_x) · half of slope)²).
  double middle_x = 0;
  Interval middle;  // 95 %
};

// Least squares over points in the order in which they were taken, all error being in y, with the t interval of the
// slope. Points that follow each other (a machine that warms up) tell less than their count says: the half-width grows
// as that of log_mean_interval() does, by the lag-1 correlation of the residuals. That is too wide rather than too
// narrow where x jumps while the error creeps.
// invalid: fewer than three points, x and y of different length, a number that is not finite, all x equal.
base::Result<LinearFit> linear_fit(std::span<const double> x, std::span<const double> y);

}  // namespace analysis
