// DiskFiles: the simulated disks as one process sees them. What it calls is done in the steps of the real Files
// (os/file_writing.h), so that the process can be killed between any two of them. One thread.
//
// `before` is called ahead of each step that changes a disk or takes a lock. An exception that it throws kills the
// process: what was done stays, its locks are released, and whatever it calls from then on changes nothing and fails,
// destructors on the way up included. The exception passes on to whoever ran the process, who then drops it with all
// that it has open. A new process is a new DiskFiles.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "os/files.h"
#include "simulation/disk.h"

namespace simulation {

class DiskFiles final : public os::Files {
 public:
  // A disk, and where its root appears; of several that fit a path the longest is taken.
  struct Mount {
    std::string folder;
    Disk* disk;
  };
  explicit DiskFiles(Disk& disk) : DiskFiles({Mount{"/", &disk}}) {}
  explicit DiskFiles(std::vector<Mount> mounts);
  ~DiskFiles() override;
  DiskFiles(const DiskFiles&) = delete;
  DiskFiles& operator=(const DiskFiles&) = delete;

  // `operation` is one of create, write, truncate, chmod, sync, sync folder, rename, remove, make folder, lock.
  using Before = std::function<void(std::string_view operation, const os::Path& path)>;
  Before before;
  void kill();
  bool killed() const { return killed_; }

  base::Result<std::string> read(const os::Path& path, std::size_t limit = 16u << 20) const override;
  base::Result<std::vector<std::string>> list(const os::Path& folder) const override;
  base::Result<os::FileStatus> status(const os::Path& path) const override;
  base::Result<os::Path> link_target(const os::Path& path) const override;
  base::Result<os::Path> real_path(const os::Path& path) const override;
  base::Result<std::unique_ptr<os::HeldFile>> hold(const os::Path& path) const override;

  base::Result<void> write_durably(const os::Path& path, std::string_view content, unsigned mode = 0644) override;
  base::Result<void> write_in_place(const os::Path& path, std::string_view content) override;
  base::Result<void> sync_file(const os::Path& path) override;
  base::Result<void> sync_folder(const os::Path& folder) override;
  base::Result<void> rename(const os::Path& from, const os::Path& to) override;
  base::Result<void> remove(const os::Path& path) override;
  base::Result<void> remove_tree(const os::Path& path) override;
  base::Result<void> make_folders(const os::Path& path, unsigned mode = 0755) override;
  base::Result<os::Path> make_unique_folder(const os::Path& parent, std::string_view prefix) override;
  bool writable_folder(const os::Path& folder) const override;
  // A lock that another holds is refused with Wait::yes as well: on one thread nobody could release it meanwhile.
  base::Result<std::unique_ptr<os::FileLock>> lock(const os::Path& path, Wait wait) override;

  // For what reaches the disks by other ways on behalf of this process, SQLite for one.
  struct Place {
    Disk* disk = nullptr;
    std::string_view path;  // on that disk, a part of what was asked
  };
  Place place_of(std::string_view path) const;
  // To be called ahead of a step. False: the process is dead, and the step must not be done.
  bool step(std::string_view operation, const os::Path& path);
  // Called once when the process is killed.
  void when_killed(std::function<void()> release) { releases_.push_back(std::move(release)); }

 private:
  struct Target;
  base::Result<Target> target(std::string_view doing, const os::Path& path) const;
  base::Result<void> write_and_name(const os::Path& path, const os::Path& temporary, std::string_view content,
                                    unsigned mode);
  base::Result<void> sync(std::string_view operation, const os::Path& path);
  base::Result<void> remove_below(const Place& place, const os::Path& path);

  std::vector<Mount> mounts_;  // the longest first
  std::vector<std::weak_ptr<bool>> locks_;
  std::vector<std::function<void()>> releases_;
  bool killed_ = false;
};

}  // namespace simulation
