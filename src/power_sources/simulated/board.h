// The other parts of the simulated machine: memory, GPU and power supply. Each is a pure function of what it is asked
// for. Values; any thread.
#pragma once

#include <algorithm>

#include "units/quantity.h"

namespace power_sources::simulated {

// DRAM of one socket: refresh, and what traffic adds.
struct MemoryFacts {
  units::Watts idle{4};
  units::Watts full{14};  // added at most, when the channels are full
};

struct GpuFacts {
  units::Watts idle{28}, full{220};  // full: added at full use
};

// Wall power for so much power behind the supply: loss = fixed + proportional + quadratic part, the usual shape of the
// 80 PLUS curves: 600 W at these figures lose 25 % at 5 % load, 8 % at half load and 9 % at full load.
struct SupplyFacts {
  units::Watts rated{600};
  double fixed = 0.0115, proportional = 0.025, quadratic = 0.052;  // of the rated power

  units::Watts wall(units::Watts behind) const {
    const double load = behind / rated;
    return behind + rated * (fixed + proportional * load + quadratic * load * load);
  }
};

}  // namespace power_sources::simulated
