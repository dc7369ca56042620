// What is known about the chips of /sys/class/hwmon that tell energy or power: which of their sensors count what. A
// chip that is not here is never guessed at. Inside of this folder; pure.
// Sources: Documentation/hwmon/{acpi_power_meter,amd_energy,ibmpowernv,ina2xx,ina3221,occ,sysfs-interface}.rst and
// Documentation/ABI/testing/sysfs-driver-intel-{i915,xe}-hwmon of the kernel.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "units/measured.h"
#include "units/time.h"

namespace power_sources {

struct Sensor {
  std::string chip;   // contents of `name`
  std::string label;  // of the sensor, else of the chip; may be empty
  enum class Kind { energy, power } kind = Kind::energy;
  // amdgpu shows power1_cap for cards only; what is part of a processor has none.
  enum class Cap { yes, no } cap = Cap::no;
};
struct Verdict {
  struct Use {
    units::Scope scope = units::Scope::machine;
    std::optional<int> socket;
    units::Seconds tick{1};
  };
  std::optional<Use> use;
  std::string why_not;  // where it is not used
};
Verdict judge(const Sensor& sensor);

}  // namespace power_sources
