#include "meter/meter.h"

namespace meter {
namespace {

template <class Q>
units::Measured<Q> unmeasurable(std::string_view reason) {
  return units::Measured<Q>::unmeasurable(units::Scope::machine, std::string(reason));
}

}  // namespace

WorkloadEnergy nothing_measured(std::string_view reason) {
  return {.energy = {{jobs::Part::total, unmeasurable<units::Joules>(reason)}},
          .power = unmeasurable<units::Watts>(reason),
          .peak = unmeasurable<units::Watts>(reason),
          .trace = {},
          .power_trace = {},
          .caveats = {}};
}

LiveReading nothing_live(std::string_view reason) {
  return {unmeasurable<units::Watts>(reason), unmeasurable<units::Joules>(reason)};
}

}  // namespace meter
