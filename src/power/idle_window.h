// IdleWindow: learns the idle power of zones from quiet minutes, and from nothing else: not the smallest power ever
// seen (C-states and noise make it too low), and not while anything works. Pure; guarded by its owner.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace power {

struct IdlePower {
  units::Watts median{};
  units::Watts low{}, high{};  // bound the idle power of later hours at 95 %
};

class IdleWindow {
 public:
  // `ticks`: of each zone, the time between updates of its hardware. One that updates rarely is judged by its mean
  // over the window, and not at all by less than ten updates.
  explicit IdleWindow(std::vector<units::Seconds> ticks, units::Seconds length = kLength);

  // One interval: the load of all CPUs (0 to 1), and the energy of each zone in it. An interval that is not quiet
  // throws away what was gathered.
  void add(units::Seconds duration, double load, std::span<const units::Joules> energies);
  // Why the window is not (yet) whole: the newest reason.
  const std::string& obstacle() const { return obstacle_; }
  units::Seconds gathered() const { return gathered_; }
  // Once the window is whole: each zone's idle power (nothing where it never moved); begins anew.
  std::optional<std::vector<std::optional<IdlePower>>> take();

  static constexpr units::Seconds kLength{60};
  static constexpr double kQuiet = 0.01;  // of all CPUs' time, mean of the window
  static constexpr double kBurst = 0.05;  // of any second in it
  // What idle power wanders by from hour to hour (temperature, fans), as a part of itself, at 95 %; fitted on simulated
  // machines (docs/developer/truth.md).
  static constexpr double kDrift = 0.0275;

 private:
  void restart();

  std::vector<units::Seconds> ticks_;
  units::Seconds length_, gathered_{}, busy_{};
  // The second that is being gathered, then joined to pieces of about a second each.
  units::Seconds piece_{};
  double piece_busy_ = 0;
  std::vector<units::Joules> piece_energy_;
  std::vector<std::vector<units::Watts>> watts_;  // zone × piece
  std::vector<double> loads_;                     // of each piece
  std::string obstacle_;
};

}  // namespace power
