#include "power_testing/sensors.h"

#include <cmath>

namespace power_testing {

std::uint64_t Register::shown(units::Joules energy) const {
  auto steps = static_cast<std::uint64_t>((energy.value() + joules_before) / joules_per_step);
  if (bits < 64) steps &= (std::uint64_t{1} << bits) - 1;
  // floor(steps × numerator ÷ denominator) without its large product.
  return steps / denominator * numerator + steps % denominator * numerator / denominator;
}

std::uint64_t Register::range() const {
  if (bits >= 64) return ~std::uint64_t{0};
  const auto most = (std::uint64_t{1} << bits) - 1;
  return most / denominator * numerator + most % denominator * numerator / denominator;
}

std::uint64_t CounterSensor::raw(Machine& machine, units::BootTime now) const {
  const auto updated = std::max(updates.last(now).at, machine.started());
  return counter.shown(machine.energy(zone, updated));
}

GaugeSensor::Look GaugeSensor::look(Machine& machine, units::BootTime now) const {
  const auto update = updates.last(now);
  const auto at = std::max(update.at, machine.started());
  const auto begin = std::max(at - smoothing, machine.started());
  const auto window = at - begin;
  auto power = window > units::Seconds(0) ? (machine.energy(zone, at) - machine.energy(zone, begin)) / window
                                          : machine.power(zone, at);
  power += noise * (2 * drawn(updates.seed + 17, update.number) - 1);
  return {resolution * std::max(std::round(power / resolution), 0.0), at};
}

}  // namespace power_testing
