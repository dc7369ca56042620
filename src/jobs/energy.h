// The energy lines of a report: which part of the energy, of which scope. Scopes are never added to each other.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "units/measured.h"
#include "units/quantity.h"
#include "units/time.h"

namespace jobs {

// total = above_idle + idle_share, where both are known. marginal: what the scope would have drawn less without the
// work. wall: what the work took at the machine's plug, by a factor, where nothing measures there. Both stand beside
// the others and are part of no sum.
enum class Part { total, above_idle, idle_share, marginal, wall };
std::string_view name(Part part);
base::Result<Part> parse_part(std::string_view text);

struct EnergyLine {
  Part part = Part::total;
  units::Measured<units::Joules> energy;
  bool operator==(const EnergyLine&) const = default;
};

// A machine that runs draws power, so what work took of it is above 0; a 0 comes of a sensor that said nothing, and is
// unmeasurable for a reason. What is a difference or a share (above_idle, marginal, idle_share) may be 0.
bool plausible(const EnergyLine& line);
bool plausible(const units::Measured<units::Watts>& power);

// Mean power of the scope over the interval that ends `at` (since the start of the run).
struct PowerPoint {
  units::Seconds at{};
  units::Watts power{};
  bool operator==(const PowerPoint&) const = default;
};

// The line of a report's headline: the known total of the widest scope (machine, psys, package, gpu, dram), else the
// first unmeasurable total, whose reason is then what to say. nullptr where there is no total at all. Points into
// `lines`.
const EnergyLine* headline(const std::vector<EnergyLine>& lines);

}  // namespace jobs
