// ServerPower: what a whole server draws at a given CPU load, from five facts about it. Pure; any thread.
//
// Fitted on 609 servers of the SPECpower_ssj2008 results (2004-2022); 15.9 % mean error on CPUs held out of the fit,
// against 38-75 % for formulas that scale the TDP. It describes whole machines: disks, fans and power supply included.
#pragma once

#include "units/quantity.h"

namespace power_sources {

struct ServerFacts {
  double chips = 1;
  units::Watts tdp{};  // of one chip
  units::Bytes memory{};
  int year = 2020;  // of the launch; later than 2020 counts as 2020, see server_power.cpp
  double threads_per_chip = 1;
};

// true ÷ estimated.
struct Bounds {
  double low = 1, high = 1;
  bool operator==(const Bounds&) const = default;
};

class ServerPower {
 public:
  explicit ServerPower(const ServerFacts& facts);
  units::Watts idle() const { return idle_; }
  units::Watts full() const { return full_; }
  units::Watts at(double utilisation) const;  // 0 to 1, clamped
  // At 95 %, for one server of which nothing but the facts is known.
  static Bounds bounds(double utilisation);

 private:
  units::Watts idle_, full_;
  int year_;
};

}  // namespace power_sources
