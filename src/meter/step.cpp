#include "meter/step.h"

#include <algorithm>

namespace meter {

using units::Joules;
using units::Seconds;

ZoneStep step_between(const power::Zone& zone, const power::Total& before, const power::Total& now) {
  // The first reading of a zone begins its account; there is no interval before it.
  if (before.readings == 0 || now.readings == before.readings) return {};
  const double joules_per_step = zone.kind == power::Zone::Kind::counter ? zone.joules_per_unit : 1e-6;
  return {.energy = Joules(static_cast<double>(now.steps - before.steps) * joules_per_step),
          .low = now.low - before.low,
          .high = now.high - before.high,
          .from = before.at,
          .to = now.at,
          .duration = now.at - before.at};
}

ZoneStep since(const ZoneStep& step, units::BootTime begin) {
  if (step.duration <= Seconds(0) || step.from >= begin) return step;
  auto part = step;
  const double f = std::clamp((step.to - begin) / step.duration, 0.0, 1.0);
  part.energy = step.energy * f, part.low = step.low * f, part.high = step.high * f;
  part.duration = step.duration * f, part.from = begin;
  return part;
}

}  // namespace meter
