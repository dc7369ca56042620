#include "analysis/statistics.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/format.h"

namespace analysis {
namespace {

// A correlation estimated from few values is noise: a negative one must not narrow the interval, and one near 1 would
// make it endless, where the honest answer is "run more often".
constexpr double most_correlation = 0.9;

// Of at least one value.
double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double sum_of_squares(std::span<const double> values, double centre) {
  return std::accumulate(values.begin(), values.end(), 0.0,
                         [centre](double sum, double v) { return sum + (v - centre) * (v - centre); });
}

}  // namespace

std::optional<double> mean(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  return mean_of(values);
}

std::optional<double> median(std::span<const double> values) {
  if (values.empty()) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto middle = sorted.size() / 2;
  return sorted.size() % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

std::optional<double> lag1_correlation(std::span<const double> values) {
  if (values.size() < 3) return std::nullopt;
  const double centre = mean_of(values);
  const double spread = sum_of_squares(values, centre);
  // Rounding leaves a spread of a few units in the last place where all values are equal.
  if (spread <= 1e-24 * std::max(1.0, centre * centre)) return std::nullopt;
  double lagged = 0;
  for (std::size_t i = 1; i < values.size(); ++i) lagged += (values[i] - centre) * (values[i - 1] - centre);
  return std::clamp(lagged / spread, -1.0, 1.0);
}

base::Result<Interval> log_mean_interval(std::span<const double> values) {
  if (values.size() < 2)
    return base::Error::invalid(
        base::format("an interval needs at least two runs, there {} {}; run it again, five times or more",
                     values.size() == 1 ? "is" : "are", values.size()));
  std::vector<double> logs;
  for (const double value : values) {
    if (!std::isfinite(value) || value <= 0)
      return base::Error::invalid(
          base::format("the value {} has no logarithm; an interval of a ratio needs finite values above zero", value));
    logs.push_back(std::log(value));
  }
  const auto count = static_cast<double>(logs.size());
  const double centre = mean_of(logs);
  // The correlation of n values around their own mean comes out too small by about 1/n (Kendall 1954). Of 20 000 series
  // of ten values whose neighbours correlate by 0.5, 76 % of intervals held the truth without any inflation, 84 % with
  // the plain correlation and 86 % with 1/n added; of uncorrelated ones 95, 96 and 96 %.
  const double correlation = std::clamp(lag1_correlation(logs).value_or(-1) + 1 / count, 0.0, most_correlation);
  const double quantile = boost::math::quantile(boost::math::students_t(count - 1), 0.975);
  const double half = quantile * std::sqrt(sum_of_squares(logs, centre) / (count - 1) / count) *
                      std::sqrt((1 + correlation) / (1 - correlation));
  return Interval{std::exp(centre), std::exp(centre - half), std::exp(centre + half)};
}

}  // namespace analysis
