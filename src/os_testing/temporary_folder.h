// TemporaryFolder: a folder of its own under the system's temporary one, gone with everything in it at the end of the
// test. Only TEST_DEPENDS may name this module. Needs no os::Files, and ends the test program where the disk refuses.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace os_testing {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  // Writes a file, with the folders above it; its path.
  std::filesystem::path write(std::string_view name, std::string_view content) const;
  std::string read(std::string_view name) const;  // empty where absent
  // Copies a tree into this folder (links stay links): a fixture that a test may write to.
  void copy_from(const std::filesystem::path& tree) const;

 private:
  std::filesystem::path path_;
};

}  // namespace os_testing
