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

Charges attribute(const Interval& interval) {
  Seconds all_cpu{};
  double all_reserved = 0;
  for (const auto& workload : interval.workloads) {
    all_cpu += workload.cpu;
    all_reserved += workload.reserved;
  }
  const Joules idle = interval.baseline * interval.duration;
  const Joules dynamic = interval.energy - idle;

  Charges charges{.workloads = {}, .system = dynamic, .unallocated_idle = idle};
  charges.workloads.reserve(interval.workloads.size());
  for (const auto& workload : interval.workloads) {
    const Charge charge{.above_idle = dynamic * share(workload.cpu, all_cpu, interval.busy),
                        .idle_share = idle * idle_part(workload.reserved, all_reserved)};
    charges.system -= charge.above_idle;
    charges.unallocated_idle -= charge.idle_share;
    charges.workloads.push_back(charge);
  }
  return charges;
}

}  // namespace attribution
