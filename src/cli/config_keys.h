// The keys of configuration files: every option of every command and program that a file may hold, once.
#pragma once

#include <string>
#include <vector>

#include "options/options.h"
#include "os/processes.h"

namespace cli {

// By key, in the order of the sections. The flag of each is its key: two commands may spell unlike keys with one flag.
std::vector<options::Option> keyed_options();
std::vector<std::string> known_keys();

// All of them as one command line that takes no words: for reading files and environment alike.
options::Shape keyed_shape();
// The files and the environment, as every command reads them. `config`: a file that is read instead of the usual ones.
options::Inputs usual_inputs(const os::Environment& environment);
options::Inputs usual_inputs(const os::Environment& environment, const os::Path& config);

}  // namespace cli
