// Options and their values as the lines of a TOML file. Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

#include "options/options.h"

namespace cli {

// "[energy]\nsources = [\"perf\"]\n": those of `keyed` that have a value and are wanted, by sections. A file with this
// text says the same again.
std::string toml_of(const std::vector<options::Option>& keyed, const options::Values& values, bool with_defaults);

// Every key with its help, as a comment: what a new file begins as.
std::string toml_template(const std::vector<options::Option>& keyed);

}  // namespace cli
