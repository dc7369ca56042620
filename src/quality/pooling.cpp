#include "quality/pooling.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace quality {
namespace {

using media::Metric;

bool in_decibels(Metric metric) { return metric == Metric::psnr || metric == Metric::xpsnr; }

// What adds up: the mean square error (of a peak of 1) behind a value in dB; the others add up themselves.
double to_sum(Metric metric, double value) { return in_decibels(metric) ? std::pow(10.0, -value / 10) : value; }
double from_sum(Metric metric, double mean) { return in_decibels(metric) ? -10 * std::log10(mean) : mean; }

// libvmaf pools by 1 / (value + 1), since VMAF reaches 0 (libvmaf/src/libvmaf.c, vmaf_score_pooled).
double harmonic_mean(Metric metric, std::span<const double> frames) {
  const double shift = metric == Metric::vmaf ? 1 : 0;
  double sum = 0;
  for (const double value : frames) {
    if (value + shift <= 0) return 0;
    sum += 1 / (value + shift);
  }
  return static_cast<double>(frames.size()) / sum - shift;
}

// Between the two nearest ranks, as a straight line (type 7 of Hyndman and Fan, 1996, which most tools use).
double percentile(std::span<const double> frames, double fraction) {
  std::vector<double> sorted(frames.begin(), frames.end());
  std::sort(sorted.begin(), sorted.end());
  const double place = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double part = place - static_cast<double>(below);
  // Not by a product of 0 and infinity.
  return part > 0 ? sorted[below] + (sorted[below + 1] - sorted[below]) * part : sorted[below];
}

}  // namespace

std::optional<media::Pooled> pool(Metric metric, std::span<const double> frames, units::Hertz rate) {
  if (frames.empty()) return std::nullopt;
  std::vector<double> sums{0};
  for (const double value : frames) sums.push_back(sums.back() + to_sum(metric, value));
  const auto mean = [&](std::size_t first, std::size_t count) {
    // Differences of sums may fall below 0 by rounding.
    return from_sum(metric, std::max(0.0, sums[first + count] - sums[first]) / static_cast<double>(count));
  };

  media::Pooled pooled;
  pooled.mean = mean(0, frames.size());
  pooled.harmonic_mean = harmonic_mean(metric, frames);
  pooled.first_percentile = percentile(frames, 0.01);
  const auto second = std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(rate.value())), 1, frames.size());
  pooled.worst_second = mean(0, second);
  for (std::size_t first = 1; first + second <= frames.size(); ++first) {
    if (const double value = mean(first, second); value < pooled.worst_second) {
      pooled.worst_second = value;
      pooled.worst_second_at = units::Seconds(static_cast<double>(first) / rate.value());
    }
  }
  return pooled;
}

}  // namespace quality
