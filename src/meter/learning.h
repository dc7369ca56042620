// Learning: what a meter finds out about its machine while it samples: idle power in quiet windows, power over load.
// Guarded by the meter.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "attribution/calibration.h"
#include "attribution/load_curve.h"
#include "meter/division.h"
#include "meter/step.h"
#include "power/idle_window.h"
#include "power/zone.h"

namespace meter {

class Learning {
 public:
  using Idle = std::optional<units::Measured<units::Watts>>;

  // `temperature`: of the CPU now, asked once a baseline.
  using Thermometer = std::function<std::optional<units::Celsius>()>;
  Learning(std::span<const power::Zone> zones, std::vector<std::string> sources, attribution::Calibration known,
           Thermometer temperature = {});

  // One step of the machine. A baseline learned from it is dated `now`.
  void add(std::span<const ZoneStep> zones, const MachineStep& machine, const Division& division, units::WallTime now);

  // Of each zone, the source's own or the learned one. The span stays where it is.
  std::span<const Idle> idle() const { return idle_; }
  // The reference stays where it is.
  const std::optional<attribution::WallFactor>& wall() const { return known_.wall; }
  // What a reader must know where the idle power in use is from another day; empty else.
  std::string stale(units::WallTime now) const;
  // Whether some zone needs its idle power learned at all; when the one was that was learned longest ago (absent: one
  // never was); and why none was learned of late: "12.5 % of the CPU time was in use over 60.0 s".
  struct State {
    enum class Needed { no, yes } needed = Needed::no;
    std::optional<units::WallTime> oldest;
    std::string obstacle;
  };
  State state() const;
  // What the zone would draw less if its place were `less` (0 to 1) less loaded.
  std::optional<units::Watts> marginal(std::size_t zone, double load, double less) const;

  attribution::Calibration calibration() const;
  void take(const attribution::Calibration& known);

 private:
  void settle_idle(units::WallTime now);

  struct Pending {
    units::Joules energy{};
    units::Seconds duration{};
    double load_seconds = 0;
  };
  std::span<const power::Zone> zones_;
  std::vector<std::string> sources_;
  attribution::Calibration known_;
  Thermometer temperature_;
  std::vector<Idle> idle_;
  std::vector<attribution::LoadCurve> curves_;
  std::vector<Pending> pending_;
  std::vector<std::string> without_;  // of each zone: why the last quiet window taught nothing of it
  std::vector<double> device_use_;    // of a device's zone: seconds of use since the quiet window began
  power::IdleWindow window_;
};

}  // namespace meter
