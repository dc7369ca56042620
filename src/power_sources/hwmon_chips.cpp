#include "power_sources/hwmon_chips.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"

namespace power_sources {
namespace {

using units::Scope;
using units::Seconds;

Verdict use(Scope scope, Seconds tick, std::optional<int> socket = {}) {
  return {.use = Verdict::Use{.scope = scope, .socket = socket, .tick = tick}, .why_not = {}};
}
Verdict leave(std::string why) { return {.use = {}, .why_not = std::move(why)}; }

// The board's firmware and drivers average over about a second; GPUs' over a tenth.
constexpr Seconds kBoard{1}, kCard{0.1}, kCounter{0.001};

bool one_of(std::string_view text, std::span<const std::string_view> list) {
  return std::ranges::find(list, text) != list.end();
}

Verdict shunt(const Sensor& sensor) {
  // Shunts are soldered on any rail; only a label of the board's maker tells which. VDD_IN: the whole module (Jetson).
  constexpr std::array<std::string_view, 4> kWhole{"vdd_in", "total", "system", "board"};
  if (one_of(base::lower(sensor.label), kWhole)) return use(Scope::machine, kBoard);
  return leave(sensor.label.empty() ? "it does not say which rail it measures"
                                    : base::format("'{}' is one rail, not the whole board", sensor.label));
}

Verdict amd_energy(const Sensor& sensor) {
  constexpr std::string_view kSocket = "Esocket";
  if (!sensor.label.starts_with(kSocket)) return leave("a core, part of its socket; reading it would wake the core");
  const auto socket = base::to_unsigned(std::string_view(sensor.label).substr(kSocket.size()));
  if (!socket || *socket > 1024) return leave(base::format("'{}' names no socket", sensor.label));
  return use(Scope::package, kCounter, static_cast<int>(*socket));
}

}  // namespace

Verdict judge(const Sensor& sensor) {
  constexpr std::array<std::string_view, 11> kShunts{"ina209", "ina219", "ina220", "ina226", "ina228", "ina230",
                                                     "ina231", "ina237", "ina238", "ina260", "ina3221"};
  const auto& chip = sensor.chip;
  const auto label = base::lower(sensor.label);
  if (chip == "power_meter") return use(Scope::machine, kBoard);
  if (chip == "ibmpowernv")
    return label == "system" ? use(Scope::machine, kBoard) : leave("a part of the machine, not the whole");
  if (chip == "occ")
    return label == "system" || label.ends_with("_system") ? use(Scope::machine, kBoard)
                                                           : leave("a part of the machine, not the whole");
  if (one_of(chip, kShunts)) return shunt(sensor);
  if (chip == "amd_energy") return amd_energy(sensor);
  if (chip == "amdgpu") {
    if (sensor.kind == Sensor::Kind::energy) return use(Scope::gpu, kCard);
    return sensor.cap == Sensor::Cap::yes ? use(Scope::gpu, kCard)
                                          : leave("a GPU inside of the processor, whose power it tells as a whole");
  }
  if (chip == "i915") return use(Scope::gpu, kCounter);
  if (chip.starts_with("i915_gt")) return leave("a tile, part of its card");
  if (chip == "xe") return label == "pkg" ? leave("a chip, part of its card") : use(Scope::gpu, kCounter);
  if (chip == "nvme" || chip == "drivetemp") return leave("a disk");
  if (chip.starts_with("BAT") || label.find("battery") != label.npos || chip.find("battery") != chip.npos)
    return leave("a battery tells what flows through it, not what the machine uses");
  return leave("it is not known what this chip measures");
}

}  // namespace power_sources
