// The power curve of a run, made ready for drawing: intervals instead of points, gaps found, no more than fit.
#pragma once

#include <cstddef>
#include <vector>

#include "jobs/energy.h"

namespace report {

struct PowerStep {
  units::Seconds from{}, to{};
  units::Watts power{};
  bool operator==(const PowerStep&) const = default;
};
using Pieces = std::vector<std::vector<PowerStep>>;  // between two pieces lies a gap

// Points out of order or not finite are left out. Where a point comes more than three usual distances after the one
// before, the readings between are missing: it stands for the usual distance before it, and the rest is a gap.
Pieces pieces_of(const std::vector<jobs::PowerPoint>& trace);

// At most about `most` steps: neighbours are merged to their mean over time, so the area under the curve, which is the
// energy, stays the same. Steps are never merged over a gap.
Pieces thinned(const Pieces& pieces, std::size_t most);

std::size_t step_count(const Pieces& pieces);

}  // namespace report
