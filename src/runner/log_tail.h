// LogTail: the end of what a command printed, as it goes into a report: at most 40 lines and 16 KiB of clean UTF-8. The
// whole of it goes to a file where one was asked for. One thread.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/files.h"

namespace runner {

constexpr std::size_t kLogLines = 40;
constexpr std::size_t kLogBytes = 16u << 10;

class LogTail {
 public:
  // Also appends everything to `file`. Errors: the file cannot be opened; nothing is kept then.
  base::Result<void> copy_to(const os::Path& file);
  void add(std::string_view chunk);

  // A status line that was drawn over and over (by carriage returns) appears once, in its last form. Control characters
  // and bytes that are no UTF-8 are replaced: the text goes into JSON and onto terminals.
  std::string text() const;
  // Why the copy is not complete (a full disk); nothing where it is.
  const std::optional<std::string>& copy_fault() const { return copy_fault_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::string kept_;  // raw; cut back to the last kRaw bytes now and then
  std::unique_ptr<std::FILE, Close> copy_;
  std::optional<std::string> copy_fault_;
};

// `bytes` with everything that is not printable UTF-8 or a line feed replaced: by a blank (controls) or '?' (bytes).
std::string printable(std::string_view bytes);

}  // namespace runner
