// What a management controller or a wall meter answers, whatever stands at its address: first line which of the
// sources asks, then pages, each begun by a line "@STATUS /path" and the rest of it its body. A machine's energy comes
// of it or a reason why not; nobody but the device is asked, and not without end.
#include <cmath>
#include <map>

#include "base/format.h"
#include "base/text.h"
#include "os_testing/fuzz_target.h"
#include "os_testing/manual_clock.h"
#include "power_sources/web_source.h"

namespace os_testing {
namespace {

using power_sources::WebDevice;

constexpr std::string_view kUrl = "http://device.example", kPassword = "swordfish-7";
// The list of chassis, and of each of at most 32 three pages.
constexpr int kMostCalls = 1 + 32 * 3;

struct Pages {
  explicit Pages(std::string_view text) {
    while (!text.empty()) {
      const auto line = text.substr(0, text.find('\n'));
      if (line.starts_with('@')) {
        const auto words = base::words(line.substr(1));
        current = words.size() == 2 ? &by_path[std::string(words[1])] : nullptr;
        if (current) *current = {.status = static_cast<int>(base::to_int(words[0]).value_or(200) % 600)};
      } else if (current) {
        current->body += base::format("{}\n", line);
      }
      text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
  }
  base::Result<net::Response> answer(const net::Call& call) {
    promise(++calls <= kMostCalls, "a device that is asked without end");
    promise(call.url.starts_with(kUrl) && (call.url.size() == kUrl.size() || call.url[kUrl.size()] == '/'),
            "the password went elsewhere");
    promise(call.login && call.login->password == kPassword, "a login that got lost");
    const auto page = by_path.find(call.url.substr(kUrl.size()));
    if (page == by_path.end()) return net::Response{.status = 404};
    if (page->second.status == 0) return base::Error::retry("nobody answers");
    return page->second;
  }

  std::map<std::string, net::Response, std::less<>> by_path;
  net::Response* current = nullptr;
  int calls = 0;
};

void check(const power_sources::Attempt& attempt, const os::Clock& clock, units::Seconds interval) {
  promise(!attempt.detail.empty(), "an attempt that says nothing");
  promise(attempt.detail.find(kPassword) == std::string::npos && attempt.fix.find(kPassword) == std::string::npos,
          "a password in what people read");
  if (!attempt.source) return;
  promise(attempt.source->zones().size() == 1, "not one zone for one machine");
  const auto& zone = attempt.source->zones()[0];
  promise(zone.scope == units::Scope::machine, "another scope than the machine's");
  promise(std::isfinite(zone.tick.value()) && zone.tick >= interval, "a zone that ticks faster than it is asked");
  const bool counts = zone.kind == power::Zone::Kind::counter;
  promise(!counts || (std::isfinite(zone.joules_per_unit) && zone.joules_per_unit > 0), "a step of nothing");
  power::Readings readings;
  attempt.source->read(clock, readings);
  promise(readings.good.size() == 1 && readings.faults.empty(), "what was read at opening is lost");
  const auto& reading = readings.good[0];
  promise(counts || (std::isfinite(reading.power.value()) && reading.power.value() >= 0), "a power that is none");
  promise(0 < reading.low_factor && reading.low_factor < 1 && 1 < reading.high_factor, "an interval beside its value");
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const std::string chassis =
      "redfish\n@200 /redfish/v1/Chassis\n{\"Members\":[{\"@odata.id\":\"/redfish/v1/Chassis/1/\"}]}\n"
      "@200 /redfish/v1/Chassis/1/\n{\"EnvironmentMetrics\":{\"@odata.id\":\"/redfish/v1/Chassis/1/Environment\"},"
      "\"Power\":{\"@odata.id\":\"/redfish/v1/Chassis/1/Power\"}}\n";
  const auto environment = [](const std::string& kwh, const std::string& watts) {
    return base::format(
        "@200 "
        "/redfish/v1/Chassis/1/Environment\n{{\"EnergykWh\":{{\"Reading\":{}}},\"PowerWatts\":{{\"Reading\":{}}}}}\n",
        kwh, watts);
  };
  const auto power = [](const std::string& watts) {
    return base::format("@200 /redfish/v1/Chassis/1/Power\n{{\"PowerControl\":[{{\"PowerConsumedWatts\":{}}}]}}\n",
                        watts);
  };
  return {chassis + environment("1234.567", "250") + power("250"),
          chassis + environment("1234", "null") + power("251.5"),
          chassis + environment("3.6e15", "1e-300"),
          chassis + "@503 /redfish/v1/Chassis/1/Environment\n",
          "redfish\n@401 /redfish/v1/Chassis\n",
          "redfish\n@200 /redfish/v1/Chassis\n{\"Members\":[{\"@odata.id\":\"http://elsewhere/redfish/\"},{}]}\n",
          "redfish\n@0 /redfish/v1/Chassis\n",
          "shelly\n@200 /rpc/Switch.GetStatus?id=0\n{\"apower\":41.7,\"aenergy\":{\"total\":1234.567}}\n",
          "shelly\n@200 /rpc/Switch.GetStatus?id=0\n{\"apower\":-1,\"aenergy\":{\"total\":null}}\n",
          "tasmota\n@200 /cm?cmnd=Status%208\n{\"StatusSNS\":{\"ENERGY\":{\"Total\":1.234,\"Power\":90}}}\n",
          "json\n@200 \n@200 /\n{\"a\":{\"b~/c\":[0,3.25]},\"w\":12}\n"};
}

void fuzz_one(std::string_view text) {
  static os::RealHost real;  // for the parts that are never asked
  const auto first = text.substr(0, text.find('\n'));
  Pages pages(text.substr(std::min(text.size(), first.size() + 1)));
  ManualClock clock;
  auto& parts = real.host();
  os::Host host{clock, parts.random, parts.root, parts.files, parts.processes, parts.cgroups};
  power_sources::WebAccess access;
  access.url = first == "json" ? std::string(kUrl) + "/" : std::string(kUrl);
  access.user = "ada";
  access.interval = units::Seconds(first == "redfish" ? 60 : 1);
  WebDevice device(access, std::string(kPassword),
                   [&pages](const net::Call& call, const std::stop_token&) { return pages.answer(call); });
  if (first == "redfish") {
    check(power_sources::open_redfish_at(host, {access, {}}, std::move(device)), clock, access.interval);
    return;
  }
  power_sources::MeterSettings settings;
  settings.access = access;
  settings.kind = first;
  settings.energy = "/a/b~0~1c/1", settings.power = "/w", settings.energy_unit = "kWh";
  check(power_sources::open_meter_at(host, settings, std::move(device)), clock, access.interval);
}

}  // namespace os_testing
