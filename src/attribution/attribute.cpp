#include "attribution/attribute.h"

#include <algorithm>

namespace attribution {

using units::Joules;
using units::Seconds;

double share(Seconds cpu, Seconds all_cpu, Seconds busy) {
  const auto whole = std::max(busy, all_cpu);
  return whole > Seconds(0) ? cpu / whole : 0;
}

double idle_part(double reserved, double all_reserved) { return reserved / std::max(1.0, all_reserved); }

Charge charge(Joules energy, Joules idle, double share, double idle_part) {
  return {.above_idle = (energy - idle) * share, .idle_share = idle * idle_part};
}

Charges attribute(const Interval& interval) {
  Seconds all_cpu{};
  double all_reserved = 0;
  for (const auto& workload : interval.workloads) {
    all_cpu += workload.cpu;
    all_reserved += workload.reserved;
  }
  const Joules idle = interval.baseline * interval.duration;
  Charges charges{.workloads = {}, .system = interval.energy - idle, .unallocated_idle = idle};
  charges.workloads.reserve(interval.workloads.size());
  for (const auto& workload : interval.workloads) {
    const auto part = charge(interval.energy, idle, share(workload.cpu, all_cpu, interval.busy),
                             idle_part(workload.reserved, all_reserved));
    charges.system -= part.above_idle;
    charges.unallocated_idle -= part.idle_share;
    charges.workloads.push_back(part);
  }
  return charges;
}

}  // namespace attribution
