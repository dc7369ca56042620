// Files: the file system as ffwatt needs it: small files read whole, records written so that they survive a power cut,
// sensors held open. Any thread; two writers of one path must agree among themselves (FileLock).
// Errors: absent (no such file), denied, failed (I/O, disk full), always with the path and what was tried.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "units/quantity.h"
#include "units/time.h"

namespace os {

using Path = std::filesystem::path;

struct FileStatus {
  enum class Kind { file, folder, other } kind = Kind::other;
  std::uint64_t size = 0;
  unsigned mode = 0;   // permission bits
  unsigned owner = 0;  // user id
  units::WallTime changed;
};

// A file kept open for repeated reads from its start (sensors, counters): one pread a reading, no allocation.
class HeldFile {
 public:
  virtual ~HeldFile() = default;
  // Up to `size` bytes from offset 0 into `buffer`; the number read.
  virtual base::Result<std::size_t> read(char* buffer, std::size_t size) = 0;
};

// Holds an exclusive advisory lock (flock) until destroyed. The lock dies with the process.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

class Files {
 public:
  virtual ~Files() = default;

  virtual base::Result<std::string> read(const Path& path, std::size_t limit = 16u << 20) const = 0;
  virtual base::Result<std::vector<std::string>> list(const Path& folder) const = 0;  // names, sorted, without . and ..
  virtual base::Result<FileStatus> status(const Path& path) const = 0;
  virtual base::Result<Path> link_target(const Path& path) const = 0;  // readlink, one step
  virtual base::Result<Path> real_path(const Path& path) const = 0;    // every link resolved
  virtual base::Result<std::unique_ptr<HeldFile>> hold(const Path& path) const = 0;
  bool exists(const Path& path) const { return status(path).ok(); }

  // All or nothing, and durable: a temporary file beside `path`, fsync, rename, fsync of the folder.
  virtual base::Result<void> write_durably(const Path& path, std::string_view content, unsigned mode = 0644) = 0;
  // In place, one write(2), no sync: control-group files and the like. The file must be there already.
  virtual base::Result<void> write_in_place(const Path& path, std::string_view content) = 0;
  virtual base::Result<void> sync_file(const Path& path) = 0;
  virtual base::Result<void> sync_folder(const Path& folder) = 0;
  virtual base::Result<void> rename(const Path& from, const Path& to) = 0;  // then sync_folder for durability
  virtual base::Result<void> remove(const Path& path) = 0;                  // a file or an empty folder; absent is ok
  virtual base::Result<void> remove_tree(const Path& path) = 0;             // does not follow links; absent is ok
  // With those above it; what is made is durable, so that a file that is written durably into it has a way to it.
  virtual base::Result<void> make_folders(const Path& path, unsigned mode = 0755) = 0;
  // The same at the start of a program: the names of those that are there already are synced as well, since whoever
  // made them may have been killed before it had done so.
  base::Result<void> ensure_folders(const Path& path, unsigned mode = 0755);
  // A new folder of its own (mkdtemp), mode 0700, under `parent`.
  virtual base::Result<Path> make_unique_folder(const Path& parent, std::string_view prefix) = 0;
  // True where this process could create a file in `folder` now.
  virtual bool writable_folder(const Path& folder) const = 0;

  struct Space {
    units::Bytes size{}, free{};  // free for this user
  };
  // Of the file system of a path. absent where nobody can tell (a simulated one).
  virtual base::Result<Space> space(const Path& path) const;

  enum class Wait { no, yes };
  // retry where another process holds it and wait is no.
  virtual base::Result<std::unique_ptr<FileLock>> lock(const Path& path, Wait wait) = 0;
};

}  // namespace os
