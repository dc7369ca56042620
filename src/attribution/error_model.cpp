#include "attribution/error_model.h"

#include <algorithm>
#include <cmath>

namespace attribution {

using units::Joules;

namespace {

Joules root(Joules a, Joules b, Joules c) { return Joules(std::hypot(a.value(), b.value(), c.value())); }

}  // namespace

HalfWidths half_widths(const ErrorCauses& causes) {
  const auto unlike = causes.unlike * kUnlikePrograms;
  return {.down = root(causes.timing, causes.baseline_down, unlike),
          .up = root(causes.timing, causes.baseline_up, unlike) + causes.lost};
}

double unlike_weight(units::Seconds own, double others_squared, units::Seconds all) {
  if (all <= units::Seconds(0)) return 0;
  const double rest = std::max(1 - own / all, 0.0);
  return std::min(std::hypot(rest, std::sqrt(others_squared) / all.value()), 1.5);
}

}  // namespace attribution
