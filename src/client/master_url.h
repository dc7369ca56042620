// The URL of a master as people write it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace client {

// scheme://host[:port][/path], without a trailing slash and without /api/v1. invalid: anything else, with an example
// that is made of what was given where it can be.
base::Result<std::string> parse_master_url(std::string_view text);

}  // namespace client
