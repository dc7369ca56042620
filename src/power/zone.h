// Zone: one energy counter (or power gauge) of the machine. Its kind is declared by its source, never guessed from
// values, and its identity is a path, never a name: two packages may have the same name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "units/measured.h"
#include "units/time.h"

namespace power {

struct Zone {
  std::string path;  // "/sys/class/powercap/intel-rapl:0", "model:machine"
  std::string name;  // "package-0", for people
  units::Scope scope = units::Scope::package;
  std::optional<int> socket;          // absent: the whole machine
  std::optional<std::string> parent;  // path of the zone that already contains this one's energy
  units::Quality quality = units::Quality::measured;

  enum class Kind { counter, gauge } kind = Kind::counter;
  double joules_per_unit = 1e-6;  // counter: of one raw step
  std::uint64_t range = 0;        // counter: counts modulo this; 0 where it cannot be known
  units::Watts limit{0};          // largest power that the hardware allows itself; 0 where unknown
  units::Seconds tick{0.001};     // time between updates of the hardware
  // The idle power that the source itself knows (the model does); else the baseline is calibrated.
  std::optional<units::Measured<units::Watts>> idle;

  // By what the zone's energy is charged to workloads: the CPU time they used, the use they made of the device as the
  // source tells it (Source::device_use), or not at all, for the reason given.
  enum class Split { cpu_time, device_use, none } split = Split::cpu_time;
  std::string no_split_reason;  // "MIG: the driver does not tell the use of one process"
};

// One look at one zone. `raw` is in the counter's own unit; `power` where the zone is a gauge.
struct Reading {
  std::size_t zone = 0;  // index into Source::zones()
  std::uint64_t raw = 0;
  units::Watts power{};
  units::BootTime at;           // the middle of the two stamps around the read
  units::Seconds half_width{};  // half their distance: the timing error
  // true ÷ read at 95 % for the interval that ends here.
  double low_factor = 1, high_factor = 1;
};

}  // namespace power
