// Simulated sources: sensors of a simulated machine as power::Source, without files, for tests that run thousands of
// hours. Each behaves as the real one of its name does: units, wraps, update times, smoothing, rounding.
// They refer to the machine, which outlives them; all of one machine are read by one thread at a time.
#pragma once

#include <memory>
#include <vector>

#include "power/source.h"
#include "power_testing/sensors.h"

namespace power_testing {

enum class Kind {
  powercap,     // 61 µJ steps shown in µJ, about every millisecond, wraps at 262 kJ: packages and DRAM
  perf,         // the same registers, widened to 64 bits by the kernel, in units of 2^-32 J
  nvml,         // whole GPU in mJ; updates every 20 ms, and the source asks at most once a second
  redfish,      // machine in whole watts, mean of 60 s, every 60 s, ± 0.5 %
  wall_power,   // machine in 0.1 W, mean of 1 s, every second
  wall_energy,  // machine in whole Wh
};
inline constexpr Kind kKinds[] = {Kind::powercap, Kind::perf,       Kind::nvml,
                                  Kind::redfish,  Kind::wall_power, Kind::wall_energy};
std::string_view name(Kind kind);

// What a test may set of it.
struct SourceSettings {
  std::uint64_t seed = 1;  // of update times, noise and the counters' first values
  std::optional<units::Seconds> update{};
  // Idle power by zone, in the order of the source's zones; absent: not known.
  std::vector<units::Measured<units::Watts>> idle{};
};

std::unique_ptr<power::Source> simulated_source(Machine& machine, Kind kind, const SourceSettings& settings = {});
// The process that a program is for the GPU's driver.
inline pid_t process_of(Machine::ProgramId program) { return static_cast<pid_t>(1'000 + program); }
// Which zone of the machine each zone of such a source shows.
std::vector<ZoneId> shown_zones(const Machine& machine, Kind kind);

}  // namespace power_testing
