#include "analysis/comparison.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <numeric>

#include "base/format.h"

namespace analysis {
namespace {

using base::Error;

constexpr double sure = 0.05;

double quantile(double degrees) { return boost::math::quantile(boost::math::students_t(degrees), 0.975); }

// Of a difference of logarithms and its standard error; equal runs have none.
Ratio ratio_of(double difference, double error, double degrees) {
  const double half = error > 0 ? quantile(degrees) * error : 0;
  Ratio out{{std::exp(difference), std::exp(difference - half), std::exp(difference + half)}, 1};
  if (error > 0)
    out.p =
        2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), std::abs(difference) / error));
  else
    out.p = difference == 0 ? 1 : 0;
  return out;
}

struct LogMean {
  double mean = 0, error = 0;
};

// As log_mean_interval() has it; its half-width is the quantile times the error.
base::Result<LogMean> log_mean(std::span<const double> values) {
  FFWATT_TRY(const auto interval, log_mean_interval(values));
  const double half = (std::log(interval.high) - std::log(interval.low)) / 2;
  return LogMean{std::log(interval.value), half / quantile(static_cast<double>(values.size()) - 1)};
}

}  // namespace

base::Result<Ratio> paired_ratio(std::span<const double> first, std::span<const double> second) {
  if (first.size() != second.size())
    return Error::invalid(
        base::format("pairs need as many runs of each, there are {} and {}", first.size(), second.size()));
  std::vector<double> ratios;
  for (std::size_t i = 0; i < first.size(); ++i) {
    for (const double value : {first[i], second[i]})
      if (!std::isfinite(value) || value <= 0)
        return Error::invalid(
            base::format("the value {} makes no ratio; it must be a finite number above zero", value));
    ratios.push_back(second[i] / first[i]);
  }
  FFWATT_TRY(const auto mean, log_mean(ratios));
  return ratio_of(mean.mean, mean.error, static_cast<double>(ratios.size()) - 1);
}

base::Result<Ratio> unpaired_ratio(std::span<const double> first, std::span<const double> second) {
  FFWATT_TRY(const auto a, log_mean(first));
  FFWATT_TRY(const auto b, log_mean(second));
  const double of_a = a.error * a.error, of_b = b.error * b.error, sum = of_a + of_b;
  const double less_a = static_cast<double>(first.size()) - 1, less_b = static_cast<double>(second.size()) - 1;
  // Satterthwaite's degrees of freedom.
  const double degrees = sum > 0 ? sum * sum / (of_a * of_a / less_a + of_b * of_b / less_b) : less_a + less_b;
  return ratio_of(b.mean - a.mean, std::sqrt(sum), degrees);
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return p[a] < p[b]; });
  std::vector<double> out(p.size());
  double before = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    // A larger p never becomes the smaller one of two.
    before = std::max(before, std::min(1.0, static_cast<double>(p.size() - rank) * p[order[rank]]));
    out[order[rank]] = before;
  }
  return out;
}

Verdict verdict(const Ratio& ratio, double p) {
  if (p >= sure || ratio.interval.value == 1) return Verdict::inconclusive;
  return ratio.interval.value < 1 ? Verdict::better : Verdict::worse;
}

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::better:
      return "better";
    case Verdict::worse:
      return "worse";
    case Verdict::inconclusive:
      break;
  }
  return "inconclusive";
}

}  // namespace analysis
