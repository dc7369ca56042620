#include "meter/wall.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace meter {
namespace {

using units::Joules;
using units::Scope;
using MeasuredJoules = units::Measured<Joules>;

const MeasuredJoules* total_of(const std::vector<jobs::EnergyLine>& lines, Scope scope) {
  for (const auto& line : lines)
    if (line.part == jobs::Part::total && line.energy.scope() == scope) return &line.energy;
  return nullptr;
}
bool measured(const MeasuredJoules* energy) {
  return energy && energy->known() && energy->quality() == units::Quality::measured;
}

}  // namespace

std::optional<jobs::EnergyLine> at_the_wall(const std::vector<jobs::EnergyLine>& lines,
                                            const std::optional<attribution::WallFactor>& factor) {
  const auto *machine = total_of(lines, Scope::machine), *package = total_of(lines, Scope::package),
             *memory = total_of(lines, Scope::dram);
  if ((machine && machine->known()) || !measured(package) || (memory && !measured(memory))) return std::nullopt;
  const bool calibrated = factor && factor->scope == Scope::package;
  const auto f = calibrated ? *factor : attribution::WallFactor{};

  // Package and memory err for the same reasons (boundaries, baseline), so their half-widths add; the factor errs for
  // its own, so that one adds as a square.
  Joules inner = package->value(), down = inner - package->low(), up = package->high() - inner;
  if (memory) {
    inner += memory->value();
    down += memory->value() - memory->low(), up += memory->high() - memory->value();
  }
  const auto wall = inner * f.factor;
  const Joules low(wall.value() - std::hypot(down.value() * f.factor, inner.value() * (f.factor - f.low)));
  const Joules high(wall.value() + std::hypot(up.value() * f.factor, inner.value() * (f.high - f.factor)));
  return jobs::EnergyLine{jobs::Part::wall,
                          MeasuredJoules::of(wall, std::max(low, Joules(0)), high, units::Quality::estimated,
                                             base::format("{} x {:.2f}, {}", package->source(), f.factor,
                                                          calibrated ? "calibrated" : "not calibrated"),
                                             Scope::machine)};
}

}  // namespace meter
