// Socket: one CPU package: idle power, cores, an uncore that wakes with the first busy core, leakage that grows with
// temperature, and a turbo budget. Power is constant between two steps; each step moves temperature and budget by the
// exact solution for that power. Values; one thread at a time.
#pragma once

#include "units/quantity.h"

namespace power_sources::simulated {

struct SocketFacts {
  int cores = 16;
  units::Watts idle{24};
  units::Watts core{4.2};                 // of one core, busy with the reference program, at base frequency
  units::Watts uncore{9};                 // caches and links while any core is busy
  double turbo = 1.5;                     // core power at the highest frequency ÷ at base; about (f ÷ base)^2.5
  double slowest = 0.25;                  // the same at the lowest frequency
  units::Watts sustained{95}, peak{125};  // power limits: averaged over budget_time, and at once
  units::Seconds budget_time{28};
  double leakage = 0.10;            // watts for each kelvin above the temperature at idle
  double kelvin_per_watt = 0.35;    // cooler
  units::Seconds thermal_time{18};  // cooler and package together
};

class Socket {
 public:
  explicit Socket(const SocketFacts& facts);

  // What runs from now on: busy cores, and their power at base frequency.
  void load(double busy_cores, units::Watts at_base);
  units::Watts power() const { return power_; }
  // Core power now ÷ core power at base frequency.
  double pace() const { return pace_; }
  // Time goes by at this power. load() must follow, since temperature and budget have changed.
  void step(units::Seconds time);

  const SocketFacts& facts() const { return facts_; }
  units::Celsius above_idle_temperature() const { return units::Celsius(warmth_); }

 private:
  SocketFacts facts_;
  units::Watts power_;
  double pace_ = 1;
  double warmth_ = 0;     // kelvin above idle
  units::Watts average_;  // of the power, over budget_time
};

}  // namespace power_sources::simulated
