#include "analysis/linear_fit.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <vector>

#include "base/format.h"

namespace analysis {

base::Result<LinearFit> linear_fit(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size())
    return base::Error::invalid(base::format("a line needs as many x as y; there are {} and {}", x.size(), y.size()));
  if (x.size() < 3)
    return base::Error::invalid(
        base::format("a line with an interval needs three points or more; there are {}", x.size()));
  const auto finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(x, finite) || !std::ranges::all_of(y, finite))
    return base::Error::invalid("a line needs finite numbers; one of these is not");

  const double x_mean = mean(x).value_or(0), y_mean = mean(y).value_or(0);  // there are some
  double xx = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - x_mean) * (x[i] - x_mean);
    xy += (x[i] - x_mean) * (y[i] - y_mean);
  }
  // Rounding leaves a little where all x are equal.
  if (xx <= 1e-24 * std::max(1.0, x_mean * x_mean))
    return base::Error::invalid("all x are equal: no line is better than another; x must vary");
  const double slope = xy / xx;

  std::vector<double> residuals;
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    residuals.push_back(y[i] - y_mean - slope * (x[i] - x_mean));
    squares += residuals.back() * residuals.back();
  }
  const auto count = static_cast<double>(x.size());
  // Constants as in log_mean_interval(), which tells why; residuals of a line lose two degrees of freedom.
  const double correlation = std::clamp(lag1_correlation(residuals).value_or(-1) + 2 / count, 0.0, 0.9);
  const double quantile = boost::math::quantile(boost::math::students_t(count - 2), 0.975);
  const double error = quantile * std::sqrt(squares / (count - 2)) * std::sqrt((1 + correlation) / (1 - correlation));
  const double half = error / std::sqrt(xx), middle_half = error / std::sqrt(count);
  return LinearFit{y_mean - slope * x_mean,
                   {slope, slope - half, slope + half},
                   x_mean,
                   {y_mean, y_mean - middle_half, y_mean + middle_half}};
}

}  // namespace analysis
