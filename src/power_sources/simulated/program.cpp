#include "power_sources/simulated/program.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace power_sources::simulated {
namespace {

using units::Seconds;

constexpr Seconds kNever{std::numeric_limits<double>::infinity()};

}  // namespace

double drawn(std::uint64_t seed, std::uint64_t n) {
  std::uint64_t z = seed + (n + 1) * 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
}

Demand::Level Demand::at(Seconds since_start) const {
  if (shape == Shape::steady) return {high, kNever};
  // A moment that lies on a change belongs to what comes after it, whatever nanoseconds and divisions round to.
  const double periods = (since_start + Seconds(2e-9)) / period;
  const double n = std::floor(periods), phase = periods - n;
  const auto change = [&](double within) { return period * (n + within); };
  switch (shape) {
    case Shape::steady:
      break;
    case Shape::bursts:
      return phase < duty ? Level{high, change(duty)} : Level{low, change(1)};
    case Shape::noise:
      return {low + (high - low) * drawn(seed, static_cast<std::uint64_t>(n)), change(1)};
    case Shape::ramp:
      if (n >= 1) return {high, kNever};
      [[fallthrough]];
    case Shape::sawtooth: {
      const double stair = std::floor(phase * kStairs);
      return {low + (high - low) * stair / (kStairs - 1), change((stair + 1) / kStairs)};
    }
  }
  return {high, kNever};
}

}  // namespace power_sources::simulated
