// What each file of this folder provides: open_<name>(), which tries to open its source and explains itself either way.
#pragma once

#include <memory>
#include <string>

#include "os/host.h"
#include "power/source.h"
#include "power_sources/sources.h"

namespace power_sources {

struct Attempt {
  std::unique_ptr<power::Source> source;  // null where it cannot be used
  std::string detail;                     // what it covers, or why it is not used
  std::string fix;                        // one command that would mend it; may be empty
};
inline Attempt refused(std::string why, std::string fix = {}) { return {nullptr, std::move(why), std::move(fix)}; }

#define POWER_SOURCE(name, description) Attempt open_##name(os::Host& host, const Settings& settings);
#include "power_sources/sources.def"
#undef POWER_SOURCE

}  // namespace power_sources
