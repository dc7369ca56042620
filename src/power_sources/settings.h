// The options of every program that opens power sources (section [energy]): the one table of them, and what they say.
// A page for people: docs/operator/power-meters.md.
#pragma once

#include <vector>

#include "options/options.h"
#include "power_sources/sources.h"

namespace power_sources {

std::vector<options::Option> energy_options();
// invalid where a setting cannot be true, or where a file of the working folder says where devices and passwords are:
// docs/decisions/0018 tells why it may not.
base::Result<Settings> settings_from(const options::Values& values);
// Both steps: the settings, and the sources that they allow.
base::Result<Opened> open_sources(os::Host& host, const options::Values& values);

// The words that say again what flags have said of these options, and which file --config has named: for a process that
// we start, which reads the environment and the usual files itself.
std::vector<std::string> flags_given(const options::Values& values);

}  // namespace power_sources
