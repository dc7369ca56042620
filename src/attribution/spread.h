// spread_over_sockets(): where a workload's CPU time was spent, for those of which only the sum is known (control
// groups of version 2, process trees). Pure.
#pragma once

#include <span>
#include <vector>

#include "units/quantity.h"

namespace attribution {

// CPU time within one interval. `by_socket` is empty where it is not known.
struct CpuUse {
  units::Seconds total{};
  std::vector<units::Seconds> by_socket;
};

// Gives each use without one a by_socket, in proportion to what those with one left of each socket's busy time; where
// they left nothing, in proportion to the busy time itself, and of an idle machine evenly. Sums stay exact.
void spread_over_sockets(std::span<const units::Seconds> busy, std::span<CpuUse> uses);

}  // namespace attribution
