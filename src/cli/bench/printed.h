// An experiment as `ffwatt bench` and `ffwatt compare` print it: a table, JSON or CSV, by the same flags.
#pragma once

#include <vector>

#include "cli/command.h"
#include "wire/experiment.h"

namespace cli::bench {

// --format and --json.
std::vector<options::Option> format_options();
void print(Context& context, const options::Values& values, const wire::Experiment& experiment);

}  // namespace cli::bench
