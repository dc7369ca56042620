// The perf PMU "power" as sysfs describes it, and why the kernel would not let us read it. Inside of this folder.
// Values; read once, when the source is opened.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "os/root.h"

namespace power_sources {

inline constexpr std::string_view kPowerPmu = "/sys/bus/event_source/devices/power";

struct PmuEvent {
  std::string name;       // "energy-pkg"
  std::string zone_name;  // "package", "core", "uncore", "dram", "psys": as powercap calls them
  std::uint64_t config = 0;
  double joules_per_count = 0;
  enum class Kind { package, part, dram, psys } kind = Kind::package;
};

// A CPU through which the counters of its die are read.
struct PmuCpu {
  int number = 0, socket = 0, die = 0;
  // Added to its counts. All counts begin near 0, so dies that count apart (Intel's) would look like mirrors of one
  // counter (AMD's) until they have drifted; so they begin far apart.
  std::uint64_t counts_apart = 0;
};

struct Pmu {
  std::uint32_t type = 0;
  std::vector<PmuEvent> events;  // the package first: it leads the group
  std::vector<PmuCpu> cpus;      // by number; of AMD's dies, which all show their socket's counter, the first
  std::vector<std::string> faults;
};
// absent where there is no such PMU.
base::Result<Pmu> find_power_pmu(const os::Files& files, const os::Root& root);

struct Denial {
  std::string why, fix;
};
// After perf_event_open was refused: which right is missing and the one command that gives it.
Denial explain_denial(const os::Files& files, const os::Root& root);

}  // namespace power_sources
