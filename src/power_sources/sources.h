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

// What the configuration says about the machine where /proc does not, or says it wrong (section [energy]).
struct Settings {
  std::optional<units::Watts> cpu_tdp;      // of one chip
  std::optional<int> cpu_year;              // of the family's launch
  std::optional<int> cpu_threads_per_chip;  // of the whole chip, also where a virtual machine sees few of them
  std::vector<std::string> only;            // names of sources that may be used; empty: all
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
};
// Each source in use has been read once. Never fails: where nothing reads, `sources` is empty and every rung says why.
Opened open_all(os::Host& host, const Settings& settings);

struct Known {
  std::string source, description;
};
std::vector<Known> known_sources();  // best first

}  // namespace power_sources
