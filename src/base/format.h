// The one place where fmt is included.
#pragma once

#include <fmt/format.h>

namespace base {
using fmt::format;
}
