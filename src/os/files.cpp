// Reading and looking: the half of Files that changes nothing. Writing is in file_writing.cpp.
#include "os/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/format.h"
#include "os/file_error.h"
#include "os/file_writing.h"
#include "os/posix.h"

namespace os {
namespace {

class PosixHeldFile final : public HeldFile {
 public:
  PosixHeldFile(Descriptor descriptor, Path path) : descriptor_(std::move(descriptor)), path_(std::move(path)) {}

  base::Result<std::size_t> read(char* buffer, std::size_t size) override {
    for (;;) {
      const auto got = ::pread(descriptor_.get(), buffer, size, 0);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) return file_error(errno, "reading", path_);
    }
  }

 private:
  Descriptor descriptor_;
  Path path_;
};

class PosixFiles final : public Files {
 public:
  base::Result<std::string> read(const Path& path, std::size_t limit) const override {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return file_error(errno, "reading", path);
    std::string text;
    // Files of /proc and /sys say that they are empty, so the size is no guide: read until the end.
    char buffer[16384];
    for (;;) {
      const auto got = ::read(file.get(), buffer, sizeof buffer);
      if (got == 0) return text;
      if (got < 0) {
        if (errno == EINTR) continue;
        return file_error(errno, "reading", path);
      }
      if (text.size() + static_cast<std::size_t>(got) > limit) {
        return base::Error::failed(base::format("reading {}: larger than {} bytes", path.string(), limit));
      }
      text.append(buffer, static_cast<std::size_t>(got));
    }
  }

  base::Result<std::vector<std::string>> list(const Path& folder) const override {
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), &::closedir);
    if (!entries) return file_error(errno, "listing", folder);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(entries.get());
      if (!entry) break;
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return file_error(errno, "listing", folder);
    std::sort(names.begin(), names.end());
    return names;
  }

  base::Result<FileStatus> status(const Path& path) const override {
    struct ::stat info {};
    if (::stat(path.c_str(), &info) != 0) return file_error(errno, "looking at", path);
    FileStatus status;
    if (S_ISREG(info.st_mode)) status.kind = FileStatus::Kind::file;
    if (S_ISDIR(info.st_mode)) status.kind = FileStatus::Kind::folder;
    status.size = static_cast<std::uint64_t>(info.st_size);
    status.mode = info.st_mode & 07777;
    status.owner = info.st_uid;
    status.changed =
        units::WallTime::from_nanoseconds(std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec);
    return status;
  }

  base::Result<Path> link_target(const Path& path) const override {
    char target[PATH_MAX];
    const auto size = ::readlink(path.c_str(), target, sizeof target);
    if (size < 0) return file_error(errno, "reading the link", path);
    return Path(std::string(target, static_cast<std::size_t>(size)));
  }

  base::Result<Path> real_path(const Path& path) const override {
    const std::unique_ptr<char, void (*)(void*)> resolved(::realpath(path.c_str(), nullptr), &std::free);
    if (!resolved) return file_error(errno, "resolving", path);
    return Path(resolved.get());
  }

  base::Result<std::unique_ptr<HeldFile>> hold(const Path& path) const override {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return file_error(errno, "opening", path);
    return std::unique_ptr<HeldFile>(std::make_unique<PosixHeldFile>(std::move(file), path));
  }

  bool writable_folder(const Path& folder) const override {
    struct ::stat info {};
    return ::stat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
           ::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0;
  }

  base::Result<Space> space(const Path& path) const override {
    struct ::statvfs info {};
    if (::statvfs(path.c_str(), &info) != 0) return file_error(errno, "asking for the space of", path);
    const auto block = static_cast<double>(info.f_frsize);
    return Space{units::Bytes(block * static_cast<double>(info.f_blocks)),
                 units::Bytes(block * static_cast<double>(info.f_bavail))};
  }

  base::Result<void> write_durably(const Path& path, std::string_view content, unsigned mode) override {
    return writing::durably(path, content, mode);
  }
  base::Result<void> write_in_place(const Path& path, std::string_view content) override {
    return writing::in_place(path, content);
  }
  base::Result<void> sync_file(const Path& path) override { return writing::sync(path, O_RDONLY); }
  base::Result<void> sync_folder(const Path& folder) override { return writing::sync(folder, O_RDONLY | O_DIRECTORY); }
  base::Result<void> rename(const Path& from, const Path& to) override { return writing::rename(from, to); }
  base::Result<void> remove(const Path& path) override { return writing::remove(path); }
  base::Result<void> remove_tree(const Path& path) override { return writing::remove_tree(path); }
  base::Result<void> make_folders(const Path& path, unsigned mode) override {
    return writing::make_folders(path, mode);
  }
  base::Result<Path> make_unique_folder(const Path& parent, std::string_view prefix) override {
    return writing::make_unique_folder(parent, prefix);
  }
  base::Result<std::unique_ptr<FileLock>> lock(const Path& path, Wait wait) override {
    return writing::lock(path, wait);
  }
};

}  // namespace

base::Result<Files::Space> Files::space(const Path& path) const {
  return base::Error::absent(base::format("nobody can tell the space of {}", path.string()));
}

// A folder that this process may not write is none in which an earlier one could have made another.
base::Result<void> Files::ensure_folders(const Path& path, unsigned mode) {
  FFWATT_CHECK(make_folders(path, mode));
  for (auto made = path; made.has_relative_path(); made = made.parent_path()) {
    const auto parent = made.has_parent_path() ? made.parent_path() : Path(".");
    if (!writable_folder(parent)) continue;
    // One that may be written but not read cannot be synced.
    if (const auto synced = sync_folder(parent); !synced && synced.error().kind() != base::ErrorKind::denied)
      return synced;
  }
  return {};
}

std::unique_ptr<Files> posix_files() { return std::make_unique<PosixFiles>(); }

}  // namespace os
