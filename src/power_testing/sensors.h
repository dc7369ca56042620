// Sensors: one zone of a simulated machine as its hardware shows it: in the sensor's unit, as of its last update, with
// its wrap, smoothing, rounding and noise. Values that refer to no machine; it is passed in.
#pragma once

#include <cstdint>

#include "power/zone.h"
#include "power_sources/simulated/machine.h"
#include "power_testing/updates.h"

namespace power_testing {

using power_sources::simulated::Machine;
using power_sources::simulated::ZoneId;

// An energy register: whole steps of joules_per_step, modulo 2^bits, shown as step × numerator ÷ denominator.
struct Register {
  double joules_per_step = 0x1.0p-14;  // Intel's usual energy unit, 61 µJ
  int bits = 32;
  std::uint64_t numerator = 1, denominator = 1;
  double joules_before = 0;  // what it had counted when the machine started: near a wrap, for tests of it

  std::uint64_t shown(units::Joules energy) const;
  std::uint64_t range() const;  // the largest value that it shows
};

struct CounterSensor {
  ZoneId zone;
  Register counter;
  Updates updates;
  std::uint64_t raw(Machine& machine, units::BootTime now) const;
};

// A power gauge: the mean over `smoothing` before its last update, in whole multiples of `resolution`, off by up to
// `noise` each time.
struct GaugeSensor {
  ZoneId zone;
  units::Seconds smoothing{1};
  units::Watts resolution{0.1}, noise{0};
  Updates updates{.period = units::Seconds(1), .jitter = 0.05, .seed = 1};
  struct Look {
    units::Watts power{};
    units::BootTime at;  // when it was updated
  };
  Look look(Machine& machine, units::BootTime now) const;
};

}  // namespace power_testing
