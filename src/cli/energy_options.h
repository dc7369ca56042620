// The options of every command that opens power sources: what the machine is where /proc does not say, or says wrong.
#pragma once

#include <string>
#include <vector>

#include "options/options.h"
#include "power_sources/sources.h"

namespace cli {

std::vector<options::Option> energy_options();
power_sources::Settings energy_settings(const options::Values& values);
// invalid where a setting cannot be true.
base::Result<power_sources::Opened> open_sources(os::Host& host, const options::Values& values);

}  // namespace cli
