#include "power_sources/server_power.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace power_sources {
namespace {

// P = exp(w · x), x = [1, ln(chips · TDP), ln(RAM in GiB), y, (y/5)², ln(threads per chip)], y = min(year, 2020) −
// 2014. The year is capped because the free fit predicts 652 W idle for a server of 2025 that idles at 150 W.
constexpr std::array<double, 6> kIdle{0.2105, 0.4666, 0.3655, -0.1520, 0.4721, -0.0703};
constexpr std::array<double, 6> kFull{0.5938, 0.7691, 0.2202, -0.0729, 0.1038, -0.0201};
constexpr int kLastYear = 2020, kYearZero = 2014;
constexpr double kGibibyte = 1024.0 * 1024 * 1024;

// (P(u) − P_idle) ÷ (P_100 − P_idle) at u = 0, 10, … 100 %, medians of the servers launched in those years.
using Curve = std::array<double, 11>;
constexpr Curve kUntil2012{0, .152, .226, .296, .375, .467, .556, .658, .774, .899, 1};
constexpr Curve kUntil2016{0, .167, .233, .292, .363, .435, .517, .612, .737, .875, 1};
constexpr Curve kUntil2019{0, .174, .236, .296, .359, .423, .498, .598, .725, .872, 1};
constexpr Curve kLater{0, .158, .228, .302, .377, .444, .530, .602, .715, .861, 1};

const Curve& curve(int year) {
  if (year <= 2012) return kUntil2012;
  if (year <= 2016) return kUntil2016;
  if (year <= 2019) return kUntil2019;
  return kLater;
}

// Idle, half and full load; linear between.
constexpr Bounds kIdleBounds{.low = 0.55, .high = 1.82};
constexpr Bounds kHalfBounds{.low = 0.73, .high = 1.51};
constexpr Bounds kFullBounds{.low = 0.72, .high = 1.34};

Bounds between(const Bounds& a, const Bounds& b, double position) {
  return {.low = std::lerp(a.low, b.low, position), .high = std::lerp(a.high, b.high, position)};
}

units::Watts fitted(const std::array<double, 6>& w, const ServerFacts& facts) {
  const double y = std::min(facts.year, kLastYear) - kYearZero;
  const std::array<double, 6> x{1,
                                std::log(facts.chips * facts.tdp.value()),
                                std::log(facts.memory.value() / kGibibyte),
                                y,
                                (y / 5) * (y / 5),
                                std::log(facts.threads_per_chip)};
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += w[i] * x[i];
  return units::Watts(std::exp(sum));
}

}  // namespace

// The two fits are independent: for a very small chip beside much memory they may cross, and a machine cannot draw
// less at full load than at rest.
ServerPower::ServerPower(const ServerFacts& facts)
    : idle_(fitted(kIdle, facts)), full_(std::max(fitted(kFull, facts), idle_)), year_(facts.year) {}

units::Watts ServerPower::at(double utilisation) const {
  const auto& s = curve(year_);
  const double position = std::clamp(utilisation, 0.0, 1.0) * 10;
  const auto below = std::min<std::size_t>(static_cast<std::size_t>(position), 9);
  return idle_ + (full_ - idle_) * std::lerp(s[below], s[below + 1], position - static_cast<double>(below));
}

Bounds ServerPower::bounds(double utilisation) {
  const double u = std::clamp(utilisation, 0.0, 1.0);
  return u < 0.5 ? between(kIdleBounds, kHalfBounds, u * 2) : between(kHalfBounds, kFullBounds, u * 2 - 1);
}

}  // namespace power_sources
