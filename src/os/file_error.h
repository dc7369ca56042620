// The one place that turns errno about a path into words. Inside of `os`.
#pragma once

#include <string_view>

#include "base/result.h"
#include "os/files.h"

namespace os {

// "reading /x: Permission denied (owner 0, mode 0400; this process is user 1000)". ESRCH, which /proc answers when the
// process ends under the reader, is absent.
base::Error file_error(int number, std::string_view doing, const Path& path);

}  // namespace os
