#include "meter/wall.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "units/format.h"

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
                                            const std::optional<attribution::WallFactor>& factor, units::Seconds idle) {
  const auto *machine = total_of(lines, Scope::machine), *package = total_of(lines, Scope::package),
             *memory = total_of(lines, Scope::dram);
  if ((machine && machine->known()) || !measured(package) || (memory && !measured(memory))) return std::nullopt;
  const bool calibrated = factor && factor->scope == Scope::package;
  const auto f = calibrated ? *factor : attribution::WallFactor{};

  // Package and memory err for the same reasons (boundaries, baseline), so their half-widths add; the factor and the
  // middle of the line err for their own, so these add as squares.
  Joules inner = package->value(), down = inner - package->low(), up = package->high() - inner;
  if (memory) {
    inner += memory->value();
    down += memory->value() - memory->low(), up += memory->high() - memory->value();
  }
  // wall = middle.wall + f · (scope − middle.scope): the factor's error weighs by the distance from the middle.
  const auto middle = f.middle.value_or(attribution::WallFactor::Middle{});
  const Joules distance = inner - middle.scope * idle;
  const auto wall = distance * f.factor + middle.wall * idle;
  const double rises = std::abs(distance.value()) * (f.high - f.factor);
  const double falls = std::abs(distance.value()) * (f.factor - f.low);
  const bool above = distance >= Joules(0);
  const double low =
      std::hypot(down.value() * f.factor, above ? falls : rises, ((middle.wall - middle.low) * idle).value());
  const double high =
      std::hypot(up.value() * f.factor, above ? rises : falls, ((middle.high - middle.wall) * idle).value());
  if (wall <= Joules(0)) return std::nullopt;
  auto words = base::format("{} x {:.2f}", package->source(), f.factor);
  if (const auto constant = f.constant()) words += base::format(" + {}", units::text(*constant));
  return jobs::EnergyLine{
      jobs::Part::wall,
      MeasuredJoules::of(wall, std::max(wall - Joules(low), Joules(0)), wall + Joules(high), units::Quality::estimated,
                         base::format("{}, {}", words, calibrated ? "calibrated" : "not calibrated"), Scope::machine)};
}

}  // namespace meter
