// The flags by which `ffwatt runs ls` and `ffwatt jobs results` say which results they mean, in the words of
// GET /results (wire/result_query.h): both ask the same question, of this machine and of a farm.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "options/options.h"

namespace cli {

// `own` after them.
std::vector<options::Option> with_result_options(std::vector<options::Option> own);

using Words = std::vector<std::pair<std::string, std::string>>;
// Without the limit. invalid: a --where that is no FACT=VALUE.
base::Result<Words> result_words(const options::Values& values);

}  // namespace cli
