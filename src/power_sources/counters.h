// What the sources that read counters of the CPU and the board have in common. Inside of this folder.
#pragma once

#include <span>
#include <string>

#include "os/host.h"
#include "power/source.h"

namespace power_sources {

// RAPL updates its counters about every millisecond; in ten of them even an idle package moves by many steps.
inline constexpr units::Seconds kSecondLook{0.010};

// One number in a held file of /sys. failed where it holds something else.
base::Result<std::uint64_t> read_number(os::HeldFile& file);
// The same, with the middle of the two stamps around it.
base::Result<power::Reading> look(const os::Clock& clock, os::HeldFile& file);

// One reading or one fault a zone, in their order; `look_at(i)` looks at zone i.
template <class LookAt>
void read_each(std::span<const power::Zone> zones, LookAt look_at, power::Readings& out) {
  for (std::size_t i = 0; i < zones.size(); ++i) {
    base::Result<power::Reading> reading = look_at(i);
    if (reading) {
      reading->zone = i;
      out.good.push_back(*reading);
    } else {
      out.faults.push_back({i, reading.error().in(zones[i].name)});
    }
  }
}

// Why a counter that was read twice, kSecondLook apart, is none: some hypervisors show counters that stand still or
// jump. Empty where it counts.
std::string implausible(const power::Zone& zone, const power::Reading& first,
                        const base::Result<power::Reading>& second);

}  // namespace power_sources
