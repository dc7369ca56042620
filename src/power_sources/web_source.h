// WebSource: one machine's energy as a device on the network tells it: a counter of energy, or the power at the moment.
// Which of the two serves better is decided here, for controllers and wall meters alike.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "power/source.h"
#include "power_sources/open_source.h"
#include "power_sources/web_device.h"

namespace power_sources {

// One number that the device shows, where it was found, and how it read at opening.
struct WebNumber {
  std::string target;   // as in WebDevice::get()
  std::string pointer;  // "/aenergy/total"
  double first = 0;
  units::BootTime at;           // of the first look
  units::Seconds half_width{};  // and its timing error
};
struct WebCounter {
  WebNumber number;
  units::Joules unit{};     // of the number: 3.6 MJ for kWh
  units::Joules step{};     // the smallest difference that it shows
  units::Seconds update{};  // how often the device renews it
};
struct WebReadings {
  std::string name;                   // of the source, as in sources.def
  std::string path;                   // of the zone: "redfish:1"
  std::optional<WebCounter> counter;  // at least one of the two
  std::optional<WebNumber> power;     // watts
  double accuracy = 0;                // relative error of the device at 95 %
};

// A counter serves where it moves often enough: within ten seconds, or the time between two polls. Else the power
// serves, integrated; a counter that moves seldom is still better than nothing, and says how seldom.
Attempt open_web_source(os::Host& host, WebDevice device, units::Seconds interval, const WebReadings& readings);

// The same of a device that is at hand: open_redfish() and open_meter() (sources.def) find it first.
Attempt open_redfish_at(os::Host& host, const RedfishSettings& settings, WebDevice device);
Attempt open_meter_at(os::Host& host, const MeterSettings& settings, WebDevice device);

// GETs `target`; the number at `pointer`, with the time of the look.
base::Result<WebNumber> look(const os::Clock& clock, WebDevice& device, const std::string& target,
                             const std::string& pointer);

}  // namespace power_sources
