// For the tests of `os` alone; the modules above use os_testing, which stands above `os` itself.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "os/host.h"

namespace os {

// A RealHost and a folder that goes with everything in it.
class TestWorld {
 public:
  TestWorld() : folder_(*host().files.make_unique_folder(std::filesystem::temp_directory_path(), "ffwatt-os-")) {}
  ~TestWorld() { (void)host().files.remove_tree(folder_).ok(); }
  TestWorld(const TestWorld&) = delete;
  TestWorld& operator=(const TestWorld&) = delete;

  Host& host() { return real_.host(); }
  const Path& folder() const { return folder_; }

  Path write(const Path& name, std::string_view content) {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::string read(const Path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  }
  // A copy of tests/fixtures/hosts/<machine> that may be written to.
  Root copy_of(std::string_view machine) {
    const auto copy = folder_ / machine;
    std::filesystem::copy(Path(FFWATT_SOURCE_DIR) / "tests/fixtures/hosts" / machine, copy,
                          std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
    return Root(copy);
  }

 private:
  RealHost real_;
  Path folder_;
};

// A scope in which modes of files count: root becomes nobody in it. What is in `folder` before stays root's.
class Unprivileged {
 public:
  explicit Unprivileged(const Path& folder) : root_(::geteuid() == 0) {
    if (!root_) return;
    EXPECT_EQ(::chown(folder.c_str(), kNobody, kNobody), 0);
    EXPECT_EQ(::setegid(kNobody), 0);
    EXPECT_EQ(::seteuid(kNobody), 0);
  }
  ~Unprivileged() {
    if (!root_) return;
    EXPECT_EQ(::seteuid(0), 0);
    EXPECT_EQ(::setegid(0), 0);
  }
  Unprivileged(const Unprivileged&) = delete;
  Unprivileged& operator=(const Unprivileged&) = delete;

 private:
  static constexpr uid_t kNobody = 65534;
  bool root_;
};

}  // namespace os
