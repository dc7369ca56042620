#include "os/file_writing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/format.h"
#include "base/scope_guard.h"
#include "os/file_error.h"
#include "os/processes.h"

namespace os::writing {
namespace {

Path folder_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

base::Result<void> write_all(int file, std::string_view content, const Path& path) {
  while (!content.empty()) {
    const auto written = ::write(file, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return file_error(errno, "writing", path);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

class PosixFileLock final : public FileLock {
 public:
  explicit PosixFileLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;
};

// False where `path` has been removed or replaced since `file` was opened: the lock would be one of nobody.
bool still_named(int file, const Path& path) {
  struct ::stat held {
  }, named{};
  return ::fstat(file, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_dev == named.st_dev &&
         held.st_ino == named.st_ino;
}

}  // namespace

base::Result<void> durably(const Path& path, std::string_view content, unsigned mode) {
  // At most 100 bytes of the name, so that the temporary one stays within the 255 of file systems.
  std::string temporary = (folder_of(path) / ("." + path.filename().string().substr(0, 100) + ".XXXXXX")).string();
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return file_error(errno, "writing", path);
  base::OnExit forget([&] { ::unlink(temporary.c_str()); });
  FFWATT_CHECK(write_all(file.get(), content, path));
  if (::fchmod(file.get(), mode) != 0) return file_error(errno, "setting the mode of", path);
  if (::fsync(file.get()) != 0) return file_error(errno, "syncing", path);
  file.reset();
  if (::rename(temporary.c_str(), path.c_str()) != 0) return file_error(errno, "writing", path);
  forget.dismiss();
  return sync(folder_of(path), O_RDONLY | O_DIRECTORY);
}

base::Result<void> in_place(const Path& path, std::string_view content) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!file) return file_error(errno, "writing", path);
  for (;;) {
    const auto written = ::write(file.get(), content.data(), content.size());
    if (written == static_cast<ssize_t>(content.size())) return {};
    if (written >= 0) return base::Error::failed(base::format("writing {}: only a part was taken", path.string()));
    if (errno != EINTR) return file_error(errno, "writing", path);
  }
}

base::Result<void> sync(const Path& path, int open_flags) {
  const Descriptor file(::open(path.c_str(), open_flags | O_CLOEXEC));
  if (!file) return file_error(errno, "syncing", path);
  // EINVAL: a file system that cannot sync a folder (some network and FUSE ones) does it by itself or never.
  if (::fsync(file.get()) != 0 && errno != EINVAL) return file_error(errno, "syncing", path);
  return {};
}

base::Result<void> rename(const Path& from, const Path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  return file_error(errno, base::format("renaming {} to", from.string()), to);
}

base::Result<void> remove(const Path& path) {
  if (::remove(path.c_str()) == 0 || errno == ENOENT) return {};
  return file_error(errno, "removing", path);
}

base::Result<void> remove_tree(const Path& path) {
  std::error_code failure;
  std::filesystem::remove_all(path, failure);
  if (failure) return file_error(failure.value(), "removing", path);
  return {};
}

base::Result<void> make_folders(const Path& path, unsigned mode) {
  Path made;
  for (const auto& part : path) {
    made /= part;
    if (made.empty() || made == "/") continue;
    if (::mkdir(made.c_str(), mode) == 0) {
      // Where a folder may be made but not listed, its name cannot be synced.
      if (const auto synced = sync(folder_of(made), O_RDONLY | O_DIRECTORY);
          !synced && synced.error().kind() != base::ErrorKind::denied)
        return synced;
      continue;
    }
    const int number = errno;
    struct ::stat info {};
    // Looked at after the fact: mkdir may answer EACCES or EROFS for a folder that is there.
    if (::stat(made.c_str(), &info) != 0) return file_error(number, "making the folder", made);
    if (!S_ISDIR(info.st_mode)) return file_error(ENOTDIR, "making the folder", made);
  }
  return {};
}

base::Result<Path> make_unique_folder(const Path& parent, std::string_view prefix) {
  std::string path = (parent / (std::string(prefix) + "XXXXXX")).string();
  if (!::mkdtemp(path.data())) return file_error(errno, "making a folder in", parent);
  return Path(path);
}

base::Result<std::unique_ptr<FileLock>> lock(const Path& path, Files::Wait wait) {
  for (;;) {
    Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!file) {
      const int failure = errno;
      // A file of another user that we may only read can still be locked. Where there is none, what is told stays that
      // it may not be made.
      if (failure == EACCES) file = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
      if (!file) return file_error(failure, "locking", path);
    }
    while (::flock(file.get(), wait == Files::Wait::yes ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno != EWOULDBLOCK) return file_error(errno, "locking", path);
      return base::Error::retry(base::format("locking {}: another process holds it", path.string()));
    }
    if (still_named(file.get(), path)) {
      return std::unique_ptr<FileLock>(std::make_unique<PosixFileLock>(std::move(file)));
    }
  }
}

}  // namespace os::writing
