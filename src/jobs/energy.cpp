#include "jobs/energy.h"

#include <array>

#include "jobs/named.h"

namespace jobs {
namespace {

// How much of the machine a scope covers, most first. psys is the platform: more than the package, less than the plug.
int width(units::Scope scope) {
  switch (scope) {
    case units::Scope::machine:
      return 4;
    case units::Scope::psys:
      return 3;
    case units::Scope::package:
      return 2;
    case units::Scope::gpu:
      return 1;
    case units::Scope::dram:
      return 0;
  }
  return 0;
}

}  // namespace

std::string_view name(Part part) {
  switch (part) {
    case Part::total:
      return "total";
    case Part::above_idle:
      return "above_idle";
    case Part::idle_share:
      return "idle_share";
    case Part::marginal:
      return "marginal";
    case Part::wall:
      return "wall";
  }
  return "total";
}

base::Result<Part> parse_part(std::string_view text) {
  static constexpr std::array all{Part::total, Part::above_idle, Part::idle_share, Part::marginal, Part::wall};
  return parse_named(text, "a part of the energy", all);
}

bool plausible(const EnergyLine& line) {
  const bool whole = line.part == Part::total || line.part == Part::wall;
  return !whole || !line.energy.known() || line.energy.value() > units::Joules(0);
}

bool plausible(const units::Measured<units::Watts>& power) { return !power.known() || power.value() > units::Watts(0); }

const EnergyLine* headline(const std::vector<EnergyLine>& lines) {
  const EnergyLine* best = nullptr;
  for (const auto& line : lines) {
    if (line.part != Part::total) continue;
    const bool better = !best || (line.energy.known() && !best->energy.known()) ||
                        (line.energy.known() && width(line.energy.scope()) > width(best->energy.scope()));
    if (better) best = &line;
  }
  return best;
}

}  // namespace jobs
