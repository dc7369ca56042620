// Tally: what has been charged to one workload so far, zone by zone. Pure; guarded by its owner.
// Each pass of the sampler is a step. A step whose CPU time could not be read stays open and is charged together with
// the next one that could: the joules of a process that is hard to watch are late, not lost.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "power/zone.h"
#include "units/quantity.h"

namespace meter {

// One zone over one step. No duration: the zone had no new reading.
struct ZoneStep {
  units::Joules energy{}, low{}, high{};
  units::Seconds duration{};
};

// The machine over one step, seen from one workload.
struct CpuStep {
  units::Seconds elapsed{};
  std::optional<units::Seconds> own;  // since the last step in which it was known; absent: not readable now
  units::Seconds others{};            // of all other workloads
  units::Seconds busy{};              // of everything on the machine
  double others_reserved = 0;         // sum of the other workloads' reservations
};

struct ZoneTally {
  units::Joules energy{}, low{}, high{};  // of the zone while the workload ran
  units::Seconds duration{};
  units::Joules by_share{};                  // energy × share of CPU time
  units::Joules alone{};                     // all energy while the machine was its own, else energy × share
  units::Joules at_most{};                   // the same, with its reservation where that is more than its share
  units::Joules above_idle{}, idle_share{};  // only where the zone's idle power is known
  units::Seconds charged_cpu{};              // machine CPU time whose energy was charged
};

class Tally {
 public:
  Tally(std::span<const power::Zone> zones, double reserved);
  void add(std::span<const ZoneStep> zones, const CpuStep& cpu);
  // Charges what is still open, with the CPU time known by now.
  void close();
  const std::vector<ZoneTally>& zones() const { return zones_; }

 private:
  struct Open {
    units::Joules energy{}, low{}, high{};
    units::Seconds duration{}, elapsed{}, own{}, others{}, busy{};
    double reserved_seconds = 0;  // others' reservations × time
  };
  void charge(std::size_t zone);

  double reserved_;
  std::vector<std::optional<units::Watts>> baselines_;
  std::vector<Open> open_;
  std::vector<ZoneTally> zones_;
};

}  // namespace meter
