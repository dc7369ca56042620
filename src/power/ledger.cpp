#include "power/ledger.h"

#include <cmath>

namespace power {
namespace {

// A step is believed up to this multiple of the limit: processors exceed it for seconds (turbo), never by a factor 3.
constexpr double kLimitMultiple = 3;

}  // namespace

units::Watts plausible_power(const Zone& zone) {
  using units::Scope;
  if (zone.limit > units::Watts(0)) return zone.limit;
  // The largest sockets of 2025 are built for 500 W; a machine of eight accelerators for about 10 kW.
  switch (zone.scope) {
    case Scope::package:
    case Scope::dram:
      return units::Watts(1'000);
    case Scope::gpu:
      return units::Watts(2'000);
    case Scope::psys:
    case Scope::machine:
      break;
  }
  return units::Watts(10'000);
}

Account::Account(const Zone& zone)
    : kind_(zone.kind),
      joules_per_step_(zone.kind == Zone::Kind::counter ? zone.joules_per_unit : kMicrojoule),
      range_(zone.range),
      limit_(plausible_power(zone)),
      tick_(zone.tick) {}

Step Account::add(const Reading& reading) {
  const bool sane = kind_ == Zone::Kind::counter
                        ? range_ == 0 || reading.raw <= range_
                        : reading.power >= units::Watts(0) && reading.power <= limit_ * kLimitMultiple;
  if (!sane || (before_ && reading.at < before_->at)) {
    ++total_.dropped;
    return Step::dropped;
  }
  Step step = Step::first;
  if (const auto& before = before_) {
    // A slow source hands over the same reading until it has a newer one.
    if (reading.at == before->at) return Step::dropped;
    step = kind_ == Zone::Kind::counter ? add_counter(*before, reading) : add_gauge(*before, reading);
  }
  ++total_.readings;
  total_.at = reading.at;
  total_.half_width = reading.half_width;
  before_ = reading;
  return step;
}

Step Account::add_counter(const Reading& before, const Reading& reading) {
  const auto elapsed = reading.at - before.at;
  if (range_ == 0 && reading.raw < before.raw) {
    ++total_.dropped;
    total_.gap += elapsed;
    return Step::dropped;
  }
  const auto steps = reading.raw >= before.raw ? reading.raw - before.raw : range_ - before.raw + reading.raw;
  const units::Joules energy(static_cast<double>(steps) * joules_per_step_);
  // The hardware may publish one tick's energy at the very end of a short interval, so a tick and the timing errors
  // count as time in which energy may have come.
  const auto window = elapsed + tick_ + reading.half_width + before.half_width;
  if (energy > limit_ * window * kLimitMultiple) {
    ++total_.resets;
    total_.gap += elapsed;
    return Step::reset;
  }
  count(steps, reading, elapsed);

  // Could it have gone round once more without exceeding its limit on average?
  const auto allowed = limit_ * elapsed;
  const units::Joules round(static_cast<double>(range_) * joules_per_step_);
  if (range_ == 0 || energy + round > allowed) return Step::counted;
  ++total_.degraded;
  total_.high += round * std::floor((allowed - energy) / round);
  return Step::degraded;
}

Step Account::add_gauge(const Reading& before, const Reading& reading) {
  const auto elapsed = reading.at - before.at;
  const auto energy = (before.power + reading.power) / 2.0 * elapsed;
  const double exact = energy.value() / kMicrojoule + remainder_;
  const double whole = std::floor(exact);
  remainder_ = exact - whole;
  count(static_cast<std::uint64_t>(whole), reading, elapsed);
  return Step::counted;
}

void Account::count(std::uint64_t steps, const Reading& reading, units::Seconds elapsed) {
  const units::Joules energy(static_cast<double>(steps) * joules_per_step_);
  total_.steps += steps;
  total_.energy = units::Joules(static_cast<double>(total_.steps) * joules_per_step_);
  total_.low += energy * reading.low_factor;
  total_.high += energy * reading.high_factor;
  total_.power = energy / elapsed;
}

Ledger::Ledger(std::span<const Zone> zones) {
  accounts_.reserve(zones.size());
  for (const auto& zone : zones) accounts_.emplace_back(zone);
}

}  // namespace power
