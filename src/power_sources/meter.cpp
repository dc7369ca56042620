// meter: a wall meter or smart plug in front of the machine, over HTTP. What the known ones answer is data (kKnown);
// any other that answers with JSON is described by the configuration.
#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "power_sources/web_source.h"

namespace power_sources {
namespace {

using base::format;

// Class 2 of IEC 62053-21; the makers of plugs promise one to two percent.
constexpr double kAccuracy = 0.02;

// A kind of meter. The pointers may be empty: it does not have that.
struct MeterKind {
  std::string_view name, target;  // the target comes behind the URL
  std::string_view energy;
  units::Joules unit{}, step{};  // of the energy counter
  units::Seconds update{};       // how often it is renewed for certain
  std::string_view power;
};

constexpr units::Joules kWattHour{3600};

constexpr std::array kKnown{
    // Gen2 and later, RPC Switch.GetStatus. Milliwatt-hours, and the maker speaks of minutes only (by_minute): some
    // models renew the counter at once, others once a minute.
    MeterKind{"shelly", "/rpc/Switch.GetStatus?id=0", "/aenergy/total", kWattHour, kWattHour / 1e3, units::Seconds(60),
              "/apower"},
    // Command Status 8. Three digits of kilowatt-hours (EnergyRes) unless somebody has changed that.
    MeterKind{"tasmota", "/cm?cmnd=Status%208", "/StatusSNS/ENERGY/Total", kWattHour * 1e3, kWattHour,
              units::Seconds(1), "/StatusSNS/ENERGY/Power"},
};
constexpr std::string_view kJson = "json";

units::Joules unit_named(std::string_view name) {
  if (name == "kWh") return kWattHour * 1e3;
  if (name == "Wh") return kWattHour;
  if (name == "mWh") return kWattHour / 1e3;
  return units::Joules(1);
}

// The finest step that a number of this unit is believed to have: a joule, or three digits.
units::Joules step_of(units::Joules unit) { return std::max(unit / 1e3, units::Joules(1)); }

MeterKind kind_of(const MeterSettings& settings) {
  for (const auto& known : kKnown)
    if (known.name == settings.kind) return known;
  const auto unit = unit_named(settings.energy_unit);
  return {kJson, {}, settings.energy, unit, step_of(unit), units::Seconds(0), settings.power};
}

std::string fix_of(const base::Error& error) {
  if (error.kind() != base::ErrorKind::denied) return {};
  return "set energy.meter.user and energy.meter.password_file";
}

}  // namespace

std::vector<std::string> known_meters() {
  std::vector<std::string> names;
  for (const auto& known : kKnown) names.emplace_back(known.name);
  names.emplace_back(kJson);
  return names;
}

Attempt open_meter(os::Host& host, const Settings& settings) {
  const auto& access = settings.meter.access;
  if (access.url.empty()) return refused("no wall meter is configured (energy.meter.url)");
  auto device = WebDevice::at(access, host.files);
  if (!device) return refused(device.error().text(), fix_of(device.error()));
  return open_meter_at(host, settings.meter, *std::move(device));
}

Attempt open_meter_at(os::Host& host, const MeterSettings& settings, WebDevice device) {
  const auto kind = kind_of(settings);
  const std::string target(kind.target);
  WebReadings readings;
  readings.name = "meter", readings.path = format("meter:{}", device.shown());
  readings.accuracy = kAccuracy;
  std::vector<std::string> faults;
  const auto before = host.clock.boot();
  const auto answer = device.get(target);
  const auto half = (host.clock.boot() - before) / 2.0;
  if (!answer) return refused(answer.error().text(), fix_of(answer.error()));
  const auto number = [&](std::string_view pointer) -> std::optional<WebNumber> {
    if (pointer.empty()) return std::nullopt;
    const auto found = meter_number(*answer, pointer);
    if (found) return WebNumber{target, std::string(pointer), *found, before + half, half};
    faults.push_back(found.error().text());
    return std::nullopt;
  };
  if (const auto energy = number(kind.energy))
    readings.counter = WebCounter{*energy, kind.unit, kind.step, settings.energy_update.value_or(kind.update)};
  readings.power = number(kind.power);
  if (!readings.counter && !readings.power)
    return refused(format("{} answers, but {}", device.shown(), base::join(faults, "; ")));
  auto attempt = open_web_source(host, std::move(device), settings.access.interval, readings);
  attempt.detail = format("{}: {}", kind.name, attempt.detail);
  if (!faults.empty()) attempt.detail += format(" (left out: {})", base::join(faults, "; "));
  return attempt;
}

}  // namespace power_sources
