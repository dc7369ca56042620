// Root: the prefix under which /proc, /sys and /dev are found. "/" in production, a folder of files in tests and for
// --sysroot. Only kernel interfaces go through it; users' own files are named by their real paths.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace os {

class Root {
 public:
  explicit Root(std::filesystem::path prefix = "/") : prefix_(std::move(prefix)) {}
  // path("/proc/stat") under the prefix. `absolute` must begin with '/'.
  std::filesystem::path path(std::string_view absolute) const { return prefix_ / absolute.substr(1); }
  bool is_real() const { return prefix_ == "/"; }

 private:
  std::filesystem::path prefix_;
};

}  // namespace os
