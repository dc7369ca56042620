#include "analysis/stopping.h"

#include <cmath>
#include <vector>

#include "analysis/linear_fit.h"
#include "base/format.h"

namespace analysis {

std::optional<double> relative_half_width(std::span<const double> values) {
  const auto interval = log_mean_interval(values);
  if (!interval) return std::nullopt;
  return (interval->high - interval->low) / 2 / interval->value;
}

Stop decide(const StoppingRule& rule, std::span<const double> values) {
  const auto narrow = [&](std::size_t count) {
    const auto width = relative_half_width(values.first(count));
    return width && *width <= rule.target;
  };
  const auto count = values.size();
  const auto runs = static_cast<int>(count);
  // The run before the last may be one fewer than `least`: with it there are two looks at `least` runs.
  if (runs >= rule.least && count >= 3 && narrow(count) && narrow(count - 1)) return Stop::reached;
  return runs >= rule.most ? Stop::not_reached : Stop::go_on;
}

base::Result<Interval> trend(std::span<const double> values) {
  std::vector<double> number, logs;
  for (const double value : values) {
    if (!std::isfinite(value) || value <= 0)
      return base::Error::invalid(
          base::format("the value {} has no logarithm; a trend needs finite values above zero", value));
    number.push_back(static_cast<double>(number.size()));
    logs.push_back(std::log(value));
  }
  FFWATT_TRY(const auto fit, linear_fit(number, logs));
  return Interval{std::expm1(fit.slope.value), std::expm1(fit.slope.low), std::expm1(fit.slope.high)};
}

bool excludes(const Interval& interval, double value) { return value < interval.low || interval.high < value; }

}  // namespace analysis
