// What the options of [pricing] say of this machine's electricity, as the rates that a report notes. Read this header
// first. A page for people: docs/user/cost.md.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "jobs/rates.h"
#include "options/options.h"
#include "os/files.h"
#include "os/root.h"

namespace pricing {

// Of every program that measures.
std::vector<options::Option> pricing_options();

// A number that the options give wins over pricing_config.json, and of that file the region's own over its "default".
// Where neither has a carbon intensity for the region, the table of countries' averages has. Nothing where there is
// neither a price nor an intensity.
// `usual`: where pricing_config.json is looked for, in this order, when no option names it.
// invalid: a number that cannot be, a region that nobody knows, a faulty file; absent, denied: a named file.
base::Result<std::optional<jobs::Rates>> rates_from(const options::Values& values, const os::Files& files,
                                                    const std::vector<os::Path>& usual);

// The working folder's, the user's and the machine's.
std::vector<os::Path> usual_pricing_files(const os::Environment& environment, const os::Root& root);

// The words that say again what flags have said, for a process that we start.
std::vector<std::string> flags_given(const options::Values& values);

}  // namespace pricing
