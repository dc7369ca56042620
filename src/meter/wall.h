// What a workload's energy comes to at the wall, where nothing measures there: its package and memory times what the
// supply takes for each joule of these, and its part of what the wall takes besides (ffwatt calibrate wall). Always an
// estimate, so a line of its own that is part of no sum. Pure.
#pragma once

#include <optional>
#include <vector>

#include "attribution/calibration.h"
#include "jobs/energy.h"

namespace meter {

// `factor`: as calibrated; absent: the default, 1.17 ± 0.1, of which no constant is known. `idle`: the time for which
// the workload pays for the machine at rest, by the rule by which it has a part of the package's idle power
// (ScopeEnergy::idle_time). Nothing where the whole machine is measured or estimated as such, or where the package, or
// the memory beside it, has no measured total.
std::optional<jobs::EnergyLine> at_the_wall(const std::vector<jobs::EnergyLine>& lines,
                                            const std::optional<attribution::WallFactor>& factor, units::Seconds idle);

}  // namespace meter
