// What a workload's energy comes to at the wall, where nothing measures there: its package and memory times what the
// supply, the fans and the rest take for each joule of these (ffwatt calibrate wall). Always an estimate, so a line of
// its own that is part of no sum. Pure.
#pragma once

#include <optional>
#include <vector>

#include "attribution/calibration.h"
#include "jobs/energy.h"

namespace meter {

// `factor`: as calibrated; absent: the default, 1.17 ± 0.1. Nothing where the whole machine is measured or estimated as
// such, or where the package, or the memory beside it, has no measured total.
std::optional<jobs::EnergyLine> at_the_wall(const std::vector<jobs::EnergyLine>& lines,
                                            const std::optional<attribution::WallFactor>& factor);

}  // namespace meter
