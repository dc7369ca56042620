// AppendedFile: a file that only grows, line by line, for logs that are kept: one write(2) a line, so that readers and
// other writers see whole ones. Any thread.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "os/files.h"

namespace os {

class AppendedFile {
 public:
  virtual ~AppendedFile() = default;
  // At the end, whole or not at all but for a crash or a full disk. Not synced.
  virtual base::Result<void> append(std::string_view text) = 0;
};

// Made with `mode` where it is not there.
base::Result<std::unique_ptr<AppendedFile>> open_appended(const Path& path, unsigned mode = 0600);

}  // namespace os
