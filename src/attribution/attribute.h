// How a zone's joules are charged to workloads over one interval, by control-group CPU time. charge() is the one place
// where the formula stands: the meter calls it workload by workload (meter/tally.h), attribute() for all of an interval
// whose workloads are known at once. Pure.
// The formula and its reasons: docs/developer/attribution.md. Signed throughout: clipping at zero would turn noise into
// energy. Invariant: Σ workloads + system + unallocated idle = energy, to 1e-9 of Σ|terms|.
#pragma once

#include <optional>
#include <vector>

#include "units/quantity.h"

namespace attribution {

struct WorkloadUse {
  units::Seconds cpu{};  // CPU time within the interval, on the zone's socket (or the whole machine)
  double reserved = 0;   // its share of the zone's cores: 1 for `ffwatt run`, threads ÷ cores for a job
};

struct Interval {
  units::Joules energy{};
  units::Seconds duration{};
  units::Watts
      baseline{};         // idle power of the zone; 0 where unknown: then above_idle is all energy by share of CPU time
  units::Seconds busy{};  // all non-idle CPU time of the zone's socket
  std::vector<WorkloadUse> workloads;
};

struct Charge {
  units::Joules above_idle{}, idle_share{};
};
// `idle`: the zone's idle energy in the interval; `share` and `idle_part`: the weights below.
Charge charge(units::Joules energy, units::Joules idle, double share, double idle_part);

struct Charges {
  std::vector<Charge> workloads;  // in the order of Interval::workloads
  units::Joules system{};         // dynamic energy of everything else
  units::Joules unallocated_idle{};
};
Charges attribute(const Interval& interval);

// The two weights inside, for callers that need them alone. share: of the zone's busy time, at most 1; 0 where nothing
// ran. idle_part: of the zone's idle energy, scaled down where more was reserved than there is.
double share(units::Seconds cpu, units::Seconds all_workloads, units::Seconds busy);
double idle_part(double reserved, double all_reserved);

}  // namespace attribution
