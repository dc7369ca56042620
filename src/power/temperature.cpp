#include "power/temperature.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace power {
namespace {

// Drivers of CPU sensors under /sys/class/hwmon, and types of thermal zones, as the kernel names them.
constexpr std::array kDrivers{"coretemp", "k10temp", "zenpower", "cpu_thermal"};
constexpr std::array kZones{"x86_pkg_temp", "cpu-thermal", "cpu_thermal"};
// Outside of these a sensor is broken or not connected.
constexpr double kColdest = -40, kHottest = 150;

bool is_one_of(const auto& list, std::string_view name) {
  return std::ranges::any_of(list, [&](std::string_view known) { return known == name; });
}

std::string text_of(const os::Files& files, const os::Path& path) {
  const auto text = files.read(path, 256);
  return text ? std::string(base::trim(*text)) : "";
}

// Both interfaces tell thousandths of a degree.
void take(std::optional<units::Celsius>& warmest, const std::string& text) {
  const auto thousandths = base::to_double(text);
  if (!thousandths || *thousandths < kColdest * 1000 || *thousandths > kHottest * 1000) return;
  const units::Celsius seen(*thousandths / 1000);
  warmest = warmest ? std::max(*warmest, seen) : seen;
}

}  // namespace

std::optional<units::Celsius> cpu_temperature(const os::Files& files, const os::Root& root) {
  std::optional<units::Celsius> warmest;
  const auto sensors = root.path("/sys/class/hwmon");
  for (const auto& name : files.list(sensors).value_or({})) {
    if (!is_one_of(kDrivers, text_of(files, sensors / name / "name"))) continue;
    for (const auto& file : files.list(sensors / name).value_or({}))
      if (file.starts_with("temp") && file.ends_with("_input")) take(warmest, text_of(files, sensors / name / file));
  }
  if (warmest) return warmest;
  const auto zones = root.path("/sys/class/thermal");
  for (const auto& name : files.list(zones).value_or({}))
    if (is_one_of(kZones, text_of(files, zones / name / "type"))) take(warmest, text_of(files, zones / name / "temp"));
  return warmest;
}

}  // namespace power
