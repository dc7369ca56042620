// What the exporter program can be told, by flag, environment or file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/collector.h"
#include "meter/settings.h"
#include "options/options.h"
#include "os/host.h"
#include "power_sources/sources.h"

namespace exporter {

struct Settings {
  std::string address = "::";
  std::uint16_t port = 0;
  os::Path sysroot = "/";  // where /proc and /sys are found
  std::vector<std::string> collectors;
  Subjects subjects;
  power_sources::Settings energy;
  meter::MeterOptions meter;
  std::string notify_socket;  // of a service manager that waits for READY=1; empty: none does
  std::string version;
};

options::Shape shape();
// invalid where a setting of the energy cannot be true.
base::Result<Settings> settings_from(const options::Values& values, const os::Host& host,
                                     const os::Environment& environment, std::string version);

}  // namespace exporter
