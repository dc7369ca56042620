// LiveFiles: files whose content is made when somebody reads them, as the kernel's are: a /proc and a /sys in memory.
// Read-only: everything that would change a file is denied. A held file shows what its path shows now, and its end once
// the path was taken away. One thread at a time.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "os/files.h"
#include "os/root.h"

namespace power_testing {

class LiveFiles final : public os::Files {
 public:
  using Content = std::function<std::string()>;
  void add(std::string path, Content content) { files_.insert_or_assign(std::move(path), std::move(content)); }
  void add(std::string path, std::string text) {
    add(std::move(path), [text = std::move(text)] { return text; });
  }
  void take_away(const std::string& folder);  // with everything in it

  // Writes what each file shows now below `root`, for programs that read a real folder.
  base::Result<void> write_below(os::Files& files, const os::Root& root) const;

  base::Result<std::string> read(const os::Path& path, std::size_t limit = 16u << 20) const override;
  base::Result<std::vector<std::string>> list(const os::Path& folder) const override;
  base::Result<os::FileStatus> status(const os::Path& path) const override;
  base::Result<os::Path> link_target(const os::Path& path) const override;
  base::Result<os::Path> real_path(const os::Path& path) const override;
  base::Result<std::unique_ptr<os::HeldFile>> hold(const os::Path& path) const override;

  base::Result<void> write_durably(const os::Path& path, std::string_view, unsigned = 0644) override;
  base::Result<void> write_in_place(const os::Path& path, std::string_view) override;
  base::Result<void> sync_file(const os::Path& path) override;
  base::Result<void> sync_folder(const os::Path& path) override;
  base::Result<void> rename(const os::Path& from, const os::Path& to) override;
  base::Result<void> remove(const os::Path& path) override;
  base::Result<void> remove_tree(const os::Path& path) override;
  base::Result<void> make_folders(const os::Path& path, unsigned = 0755) override;
  base::Result<os::Path> make_unique_folder(const os::Path& parent, std::string_view) override;
  bool writable_folder(const os::Path&) const override { return false; }
  base::Result<std::unique_ptr<os::FileLock>> lock(const os::Path& path, Wait) override;

 private:
  std::map<std::string, Content, std::less<>> files_;  // by absolute path
};

}  // namespace power_testing
