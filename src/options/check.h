// One value of an option as text: is it what the option takes? Inside of `options`.
#pragma once

#include <string>
#include <vector>

#include "json/value.h"
#include "options/options.h"

namespace options {

// The items that a text from a flag or a variable stands for: one, or for a list several.
std::vector<std::string> split_items(const Option& option, const std::string& text);
// The same from a file, where values have types of their own. The error has no position yet.
base::Result<std::vector<std::string>> items_of(const Option& option, const json::Value& value);

// Each item in its normal form ("yes" becomes "true"), or why it is refused. The error has no position yet.
base::Result<std::vector<std::string>> checked(const Option& option, std::vector<std::string> items);

}  // namespace options
