// The words of a command line, taken apart but not judged: which flag was given which texts, and what is left over.
// Inside of `options`. Errors are invalid: an unknown flag, a flag without its value.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "options/options.h"

namespace options {

struct Words {
  std::map<std::string, std::vector<std::string>> flags;  // texts in order; a toggle has "true" or "false"
  std::vector<std::string> rest;                          // arguments, or the command and its own words
  enum class Help { no, asked } help = Help::no;
};
base::Result<Words> take_apart(const Shape& shape, const std::vector<std::string>& words);

}  // namespace options
