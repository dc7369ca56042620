// Every power source that this build knows, best first (sources.def), and the choice between them: one winner per
// scope, never a sum across scopes, and an estimate only where nothing measures. Read this header first. Called once at
// start, from one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/host.h"
#include "power/source.h"

namespace power_sources {

// A device that is asked over HTTP. The password is in a file and never in here: settings are printed.
struct WebAccess {
  std::string url;         // "https://bmc.example", without user, password and path; empty: there is no such device
  std::string user;        // empty: it asks for none
  os::Path password_file;  // its first line
  os::Path ca_file;        // empty: the system's authorities
  enum class Verify { yes, no } verify = Verify::yes;  // the device's certificate
  units::Seconds interval{};
};

struct RedfishSettings {
  WebAccess access;
  std::string chassis;  // its id; empty: the first one with a reading
};

// A wall meter. `kind` is one that meter.cpp knows, which then says the rest, or "json".
struct MeterSettings {
  WebAccess access;           // its url is complete, with path and query, for "json" only
  std::string kind;           // "shelly"
  std::string energy, power;  // JSON pointers of the counter and of the power in watts; empty: it has none
  std::string energy_unit;    // "kWh", "Wh", "mWh" or "J"
  std::optional<units::Seconds> energy_update;  // how often the device renews its counter
};

// What the configuration says about the machine where /proc does not, or says it wrong, and where its meters are
// (section [energy]; options in power_sources/settings.h).
struct Settings {
  std::optional<units::Watts> cpu_tdp;      // of one chip
  std::optional<int> cpu_year;              // of the family's launch
  std::optional<int> cpu_threads_per_chip;  // of the whole chip, also where a virtual machine sees few of them
  std::vector<std::string> only;            // names of sources that may be used; empty: all
  os::Path nvml_library{};                  // empty: libnvidia-ml.so.1, where the system finds it
  RedfishSettings redfish{};
  MeterSettings meter{};
};

struct Rung {
  std::string source;
  std::string description;
  enum class InUse { yes, no } in_use = InUse::no;
  std::string detail;  // what it covers, or why it is not used
  std::string fix;     // the one command that would mend it; may be empty
};

struct Opened {
  std::vector<std::unique_ptr<power::Source>> sources;  // those in use
  std::vector<Rung> ladder;                             // every known source, best first
  std::string why_none;                                 // where nothing reads: what to tell a person; else empty
};
// Each source in use has been read once. Never fails: where nothing reads, `sources` is empty and every rung says why.
Opened open_all(os::Host& host, const Settings& settings);

struct Known {
  std::string source, description;
};
std::vector<Known> known_sources();       // best first
std::vector<std::string> known_meters();  // values of MeterSettings::kind

}  // namespace power_sources
