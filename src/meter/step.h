// One pass of the sampler, as it is charged: what each zone took, and who used the CPUs meanwhile. Values.
#pragma once

#include <optional>

#include "power/ledger.h"
#include "power/zone.h"
#include "units/quantity.h"
#include "units/time.h"

namespace meter {

// One zone over one step. No duration: the zone had no new reading.
struct ZoneStep {
  units::Joules energy{}, low{}, high{};
  units::BootTime from{}, to{};
  units::Seconds duration{};
  // Of the zone, by the load curve: what it would have drawn less without the workload. Absent: no curve yet.
  std::optional<units::Watts> marginal{};
};
// What the zone took between two totals of its account.
ZoneStep step_between(const power::Zone& zone, const power::Total& before, const power::Total& now);
// The part of a step since `begin`: a slow source's newest reading may reach back to before the workload was born.
ZoneStep since(const ZoneStep& step, units::BootTime begin);

// One place (the machine, a socket, a GPU) over one step, seen from one workload.
struct CpuStep {
  units::Seconds elapsed{};
  std::optional<units::Seconds> own;  // since the last step in which it was known; absent: not readable now
  units::Seconds others{};            // of all other workloads
  double others_squared = 0;          // Σ of the squares of all others' times in s², the system's included
  units::Seconds busy{};              // of everything in this place
  double reserved = 0, others_reserved = 0;
};

// The machine's CPU time over one step.
struct MachineStep {
  units::Seconds elapsed{};
  units::Seconds busy{}, capacity{}, steal{};
  enum class Load { read, unreadable } load = Load::read;
};

}  // namespace meter
