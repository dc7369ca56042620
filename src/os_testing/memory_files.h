// MemoryFiles: a file system in memory, for tests that need many small ones (a /proc and a /sys each) and no disk.
// Only TEST_DEPENDS may name this module. One thread at a time. Folders exist as far as files stand in them; there are
// no links, no rights and no durability. A held file keeps reading what its path holds now, as sysfs does.
#pragma once

#include <map>

#include "os/files.h"

namespace os_testing {

class MemoryFiles final : public os::Files {
 public:
  MemoryFiles() = default;
  // The files of add(tree, top).
  explicit MemoryFiles(std::string_view tree, std::string_view top = "") { add(tree, top); }
  // A whole tree as one text, put below `top`: each line "@/path" begins a file, whose content is the lines that
  // follow. What stands before the first such line, and a path that no file system could hold, is passed over.
  void add(std::string_view tree, std::string_view top = "");
  void put(const os::Path& path, std::string_view content);

  base::Result<std::string> read(const os::Path& path, std::size_t limit = 16u << 20) const override;
  base::Result<std::vector<std::string>> list(const os::Path& folder) const override;
  base::Result<os::FileStatus> status(const os::Path& path) const override;
  base::Result<os::Path> link_target(const os::Path& path) const override;
  base::Result<os::Path> real_path(const os::Path& path) const override;
  base::Result<std::unique_ptr<os::HeldFile>> hold(const os::Path& path) const override;

  base::Result<void> write_durably(const os::Path& path, std::string_view content, unsigned mode = 0644) override;
  base::Result<void> write_in_place(const os::Path& path, std::string_view content) override;
  base::Result<void> sync_file(const os::Path&) override { return {}; }
  base::Result<void> sync_folder(const os::Path&) override { return {}; }
  base::Result<void> rename(const os::Path& from, const os::Path& to) override;
  base::Result<void> remove(const os::Path& path) override;
  base::Result<void> remove_tree(const os::Path& path) override;
  base::Result<void> make_folders(const os::Path&, unsigned = 0755) override { return {}; }
  base::Result<os::Path> make_unique_folder(const os::Path& parent, std::string_view prefix) override;
  bool writable_folder(const os::Path&) const override { return true; }
  base::Result<std::unique_ptr<os::FileLock>> lock(const os::Path& path, Wait wait) override;

 private:
  std::map<std::string, std::string, std::less<>> files_;  // by absolute path
};

}  // namespace os_testing
