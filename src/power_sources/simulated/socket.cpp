#include "power_sources/simulated/socket.h"

#include <algorithm>
#include <cmath>

namespace power_sources::simulated {
namespace {

// The firmware lets power fall to the sustained limit smoothly: so many watts above it for each watt of average left.
constexpr double kBudgetGain = 8;

}  // namespace

Socket::Socket(const SocketFacts& facts) : facts_(facts), power_(facts.idle), average_(facts.idle) {}

void Socket::load(double busy_cores, units::Watts at_base) {
  const double busy = std::min(busy_cores / facts_.cores, 1.0);
  // Some core is busy for this part of the time, where each is by itself.
  const double awake = 1 - std::pow(1 - busy, facts_.cores);
  const auto rest = facts_.idle + facts_.uncore * awake + units::Watts(facts_.leakage * warmth_);
  if (at_base <= units::Watts(0)) {
    pace_ = 1, power_ = rest;
    return;
  }
  const auto budget = std::max(facts_.sustained - average_, units::Watts(0)) * kBudgetGain;
  const auto allowed = std::min(facts_.peak, facts_.sustained + budget);
  pace_ = std::clamp((allowed - rest) / at_base, facts_.slowest, facts_.turbo);
  power_ = rest + at_base * pace_;
}

void Socket::step(units::Seconds time) {
  const double settled = (power_ - facts_.idle).value() * facts_.kelvin_per_watt;
  warmth_ += (settled - warmth_) * -std::expm1(-(time / facts_.thermal_time));
  average_ += (power_ - average_) * -std::expm1(-(time / facts_.budget_time));
}

}  // namespace power_sources::simulated
