// redfish: the whole machine as its management controller sees it, over HTTP: DMTF's Redfish (DSP0266), schemas
// Chassis, EnvironmentMetrics and Power. The controller smooths its sensors over seconds and is slow, so it is asked
// once a minute.
//
// Its energy counter counts kilowatt-hours, with as many digits as its maker likes: most show whole ones or tenths,
// 0.36 MJ a step, which a server at 200 W takes half an hour for. Then the power serves (web_source.h chooses).
#include <algorithm>
#include <cmath>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "power_sources/web_source.h"

namespace power_sources {
namespace {

using base::ErrorKind;

constexpr std::string_view kChassis = "/redfish/v1/Chassis";
// A blade enclosure has sixteen blades; behind more than this stands no one machine.
constexpr std::size_t kMostChassis = 32;
constexpr units::Joules kKilowattHour{3.6e6};
// Power supplies of servers must report their input power within 5 % (ENERGY STAR Computer Servers 2.0, section 4.1).
constexpr double kAccuracy = 0.05;
// Digits behind the point that are believed: a watt-hour. More of them come from a float's rounding.
constexpr int kMostDigits = 3;

// The smallest difference that the number's digits can show. A last digit that happens to be zero makes it coarser than
// it is, which errs on the safe side.
units::Joules step_of(double kilowatt_hours) {
  int digits = 0;
  for (double scale = 1; digits < kMostDigits; ++digits, scale *= 10)
    if (std::abs(kilowatt_hours * scale - std::round(kilowatt_hours * scale)) < 1e-4) break;
  return kKilowattHour / std::pow(10, digits);
}

// A link of this answer: {"EnvironmentMetrics": {"@odata.id": "/redfish/v1/…"}}. Only a path below the same
// controller: the password goes nowhere else.
std::string link(const json::Value& value, std::string_view name) {
  const auto& id = value.at(name).at("@odata.id");
  return id.is_string() && id.as_string().starts_with("/redfish/") ? id.as_string() : std::string();
}

// "/redfish/v1/Chassis/1/" → "1": some makers end their paths with a slash.
std::string last_segment(std::string_view target) {
  while (target.ends_with('/')) target.remove_suffix(1);
  return std::string(target.substr(target.rfind('/') + 1));
}

class Search {
 public:
  Search(const os::Clock& clock, WebDevice& device) : clock_(clock), device_(device) {}

  base::Result<std::vector<std::string>> chassis() {
    FFWATT_TRY(const auto list, device_.get(kChassis));
    std::vector<std::string> targets;
    const auto& members = list.at("Members");
    if (!members.is_array())
      return base::Error::failed(
          base::format("{}{} has no list of Members: is that a Redfish service?", device_.shown(), kChassis));
    for (const auto& member : members.items()) {
      const auto& id = member.at("@odata.id");
      if (id.is_string() && id.as_string().starts_with("/redfish/") && targets.size() < kMostChassis)
        targets.push_back(id.as_string());
    }
    return targets;
  }

  // Whatever it shows; neither counter nor power where it shows none.
  base::Result<WebReadings> readings(const std::string& chassis) {
    WebReadings out;
    FFWATT_TRY(const auto answer, device_.get(chassis));
    if (const auto metrics = link(answer, "EnvironmentMetrics"); !metrics.empty()) {
      FFWATT_TRY(const auto energy, maybe(metrics, "/EnergykWh/Reading"));
      if (energy) out.counter = WebCounter{*energy, kKilowattHour, step_of(energy->first), {}};
      FFWATT_TRY(out.power, maybe(metrics, "/PowerWatts/Reading"));
    }
    if (const auto power = link(answer, "Power"); !power.empty() && !out.power) {
      FFWATT_TRY(out.power, maybe(power, "/PowerControl/0/PowerConsumedWatts"));
    }
    return out;
  }

 private:
  // Nothing where the page or the number is not there, or makes no sense; an error where nobody answered, so that a
  // busy controller is not taken for one without sensors.
  base::Result<std::optional<WebNumber>> maybe(const std::string& target, const std::string& pointer) {
    auto number = look(clock_, device_, target, pointer);
    if (number) {
      // A server that runs draws power; a zero is a sensor that does not work.
      if (number->first > 0) return std::optional(*std::move(number));
      return std::optional<WebNumber>();
    }
    const auto kind = number.error().kind();
    if (kind == ErrorKind::absent || kind == ErrorKind::failed) return std::optional<WebNumber>();
    return number.error();
  }

  const os::Clock& clock_;
  WebDevice& device_;
};

std::string fix_of(const base::Error& error) {
  if (error.kind() != ErrorKind::denied) return {};
  return "set energy.redfish.user and energy.redfish.password_file to a user who may read";
}

}  // namespace

Attempt open_redfish(os::Host& host, const Settings& settings) {
  const auto& access = settings.redfish.access;
  if (access.url.empty()) return refused("no management controller is configured (energy.redfish.url)");
  auto device = WebDevice::at(access, host.files);
  if (!device) return refused(device.error().text(), fix_of(device.error()));
  return open_redfish_at(host, settings.redfish, *std::move(device));
}

Attempt open_redfish_at(os::Host& host, const RedfishSettings& settings, WebDevice device) {
  const auto& [access, wanted] = settings;
  Search search(host.clock, device);
  const auto targets = search.chassis();
  if (!targets) return refused(targets.error().text(), fix_of(targets.error()));

  std::vector<std::string> ids;
  for (const auto& target : *targets) {
    const auto id = last_segment(target);
    ids.push_back(id);
    if (!wanted.empty() && id != wanted) continue;
    auto readings = search.readings(target);
    if (!readings) return refused(readings.error().text(), fix_of(readings.error()));
    if (!readings->counter && !readings->power) continue;
    readings->name = "redfish", readings->path = "redfish:" + id, readings->accuracy = kAccuracy;
    auto attempt = open_web_source(host, std::move(device), access.interval, *readings);
    attempt.detail = base::format("chassis {}: {}", id, attempt.detail);
    if (access.verify == WebAccess::Verify::no) attempt.detail += "; its certificate is not verified";
    return attempt;
  }
  if (!wanted.empty() && std::ranges::find(ids, wanted) == ids.end())
    return refused(base::format("the controller has no chassis '{}'; it has {}", wanted, base::join(ids, ", ")));
  return refused(base::format("no chassis of the controller shows energy or power (it has {})",
                              ids.empty() ? "none" : base::join(ids, ", ")));
}

}  // namespace power_sources
