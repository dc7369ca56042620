#include "simulation/disk_files.h"

#include <errno.h>

#include <algorithm>

#include "base/format.h"
#include "os/file_error.h"

namespace simulation {
namespace {

using Kind = os::FileStatus::Kind;
using os::file_error;

base::Error is_dead() { return base::Error::failed("the process was killed"); }

os::Path folder_of(const os::Path& path) { return path.has_parent_path() ? path.parent_path() : os::Path("."); }

// Six letters, as mkstemp(3) has them.
std::string letters_of(std::uint64_t serial) {
  std::string letters(6, '0');
  for (auto place = letters.rbegin(); place != letters.rend(); ++place, serial /= 36)
    *place = "0123456789abcdefghijklmnopqrstuvwxyz"[serial % 36];
  return letters;
}

class Held final : public os::HeldFile {
 public:
  Held(Disk& disk, Disk::Node node, os::Path path) : disk_(disk), node_(std::move(node)), path_(std::move(path)) {}
  base::Result<std::size_t> read(char* buffer, std::size_t size) override {
    std::size_t got = 0;
    if (const int error = disk_.read(*node_, 0, buffer, size, got)) return file_error(error, "reading", path_);
    return got;
  }

 private:
  Disk& disk_;
  Disk::Node node_;
  os::Path path_;
};

class Lock final : public os::FileLock {
 public:
  Lock(Disk::Node node, std::shared_ptr<bool> held) : node_(std::move(node)), held_(std::move(held)) {}
  ~Lock() override { *held_ = false; }

 private:
  Disk::Node node_;  // the lock is that of the file, whatever its name
  std::shared_ptr<bool> held_;
};

}  // namespace

DiskFiles::DiskFiles(std::vector<Mount> mounts) : mounts_(std::move(mounts)) {
  for (auto& mount : mounts_)
    while (mount.folder.ends_with('/')) mount.folder.pop_back();
  std::stable_sort(mounts_.begin(), mounts_.end(),
                   [](const Mount& a, const Mount& b) { return a.folder.size() > b.folder.size(); });
}

DiskFiles::~DiskFiles() { kill(); }

void DiskFiles::kill() {
  if (killed_) return;
  killed_ = true;
  for (const auto& lock : locks_)
    if (const auto held = lock.lock()) *held = false;
  for (const auto& release : releases_) release();
}

bool DiskFiles::step(std::string_view operation, const os::Path& path) {
  if (killed_) return false;
  if (!before) return true;
  try {
    before(operation, path);
  } catch (...) {
    kill();
    throw;
  }
  return !killed_;
}

DiskFiles::Place DiskFiles::place_of(std::string_view path) const {
  for (const auto& mount : mounts_) {
    if (!path.starts_with(mount.folder)) continue;
    const auto rest = path.substr(mount.folder.size());
    if (mount.folder.empty() || rest.empty() || rest.front() == '/') return {mount.disk, rest};
  }
  return {};
}

// A path that is there, or why there is none.
struct DiskFiles::Target {
  Disk& disk;
  Disk::Node node;
};

base::Result<DiskFiles::Target> DiskFiles::target(std::string_view doing, const os::Path& path) const {
  if (killed_) return is_dead();
  const auto place = place_of(path.native());
  if (!place.disk) return file_error(ENOENT, doing, path);
  auto found = place.disk->find(place.path);
  if (found.error != 0) return file_error(found.error, doing, path);
  return Target{*place.disk, std::move(found.node)};
}

base::Result<std::string> DiskFiles::read(const os::Path& path, std::size_t limit) const {
  FFWATT_TRY(const auto file, target("reading", path));
  const auto size = file.node->content.bytes().size();
  std::string text(size, '\0');
  std::size_t got = 0;
  if (const int error = file.disk.read(*file.node, 0, text.data(), size, got))
    return file_error(error, "reading", path);
  if (got > limit) return base::Error::failed(base::format("reading {}: larger than {} bytes", path.string(), limit));
  return text;
}

base::Result<std::vector<std::string>> DiskFiles::list(const os::Path& folder) const {
  FFWATT_TRY(const auto found, target("listing", folder));
  if (found.node->kind != Kind::folder) return file_error(ENOTDIR, "listing", folder);
  std::vector<std::string> names;
  for (const auto& [name, node] : found.node->folder.names()) names.push_back(name);
  return names;
}

base::Result<os::FileStatus> DiskFiles::status(const os::Path& path) const {
  FFWATT_TRY(const auto found, target("looking at", path));
  os::FileStatus status;
  status.kind = found.node->kind;
  status.size = found.node->content.bytes().size();
  status.mode = found.node->mode;
  status.changed = found.node->changed;
  return status;
}

base::Result<os::Path> DiskFiles::link_target(const os::Path& path) const {
  FFWATT_TRY(const auto found, target("reading the link", path));
  return file_error(EINVAL, "reading the link", path);
}

base::Result<os::Path> DiskFiles::real_path(const os::Path& path) const {
  FFWATT_TRY(const auto found, target("resolving", path));
  return ("/" / path).lexically_normal();
}

base::Result<std::unique_ptr<os::HeldFile>> DiskFiles::hold(const os::Path& path) const {
  FFWATT_TRY(const auto file, target("opening", path));
  return std::unique_ptr<os::HeldFile>(std::make_unique<Held>(file.disk, file.node, path));
}

bool DiskFiles::writable_folder(const os::Path& folder) const {
  const auto found = status(folder);
  return found && found->kind == Kind::folder;
}

base::Result<void> DiskFiles::write_durably(const os::Path& path, std::string_view content, unsigned mode) {
  if (killed_) return is_dead();
  const auto place = place_of(path.native());
  if (!place.disk) return file_error(ENOENT, "writing", path);
  const auto name = "." + path.filename().string().substr(0, 100) + "." + letters_of(place.disk->next_serial());
  const auto temporary = folder_of(path) / name;
  const auto done = write_and_name(path, temporary, content, mode);
  if (!done) return done;
  return sync("sync folder", folder_of(path));
}

base::Result<void> DiskFiles::write_and_name(const os::Path& path, const os::Path& temporary, std::string_view content,
                                             unsigned mode) {
  const auto from = place_of(temporary.native()), to = place_of(path.native());
  if (!step("create", temporary)) return is_dead();
  const auto file = from.disk->create(from.path, Disk::Create::only_new, 0600);
  if (file.error != 0) return file_error(file.error, "writing", path);
  const auto fail = [&](int error, std::string_view doing) -> base::Error {
    if (step("remove", temporary)) from.disk->remove(from.path);
    return file_error(error, doing, path);
  };
  if (!content.empty()) {
    if (!step("write", temporary)) return is_dead();
    if (const int error = from.disk->write(*file.node, 0, content)) return fail(error, "writing");
  }
  if (!step("chmod", temporary)) return is_dead();
  if (const int error = from.disk->set_mode(*file.node, mode)) return fail(error, "setting the mode of");
  if (!step("sync", temporary)) return is_dead();
  if (const int error = from.disk->sync(*file.node)) return fail(error, "syncing");
  if (!step("rename", path)) return is_dead();
  if (const int error = from.disk == to.disk ? from.disk->rename(from.path, to.path) : EXDEV)
    return fail(error, "writing");
  return {};
}

base::Result<void> DiskFiles::write_in_place(const os::Path& path, std::string_view content) {
  FFWATT_TRY(const auto file, target("writing", path));
  if (file.node->kind == Kind::folder) return file_error(EISDIR, "writing", path);
  if (!step("truncate", path)) return is_dead();
  if (const int error = file.disk.truncate(*file.node, 0)) return file_error(error, "writing", path);
  if (!step("write", path)) return is_dead();
  const int error = file.disk.write(*file.node, 0, content);
  if (error == 0) return {};
  if (!file.node->content.bytes().empty())
    return base::Error::failed(base::format("writing {}: only a part was taken", path.string()));
  return file_error(error, "writing", path);
}

base::Result<void> DiskFiles::sync(std::string_view operation, const os::Path& path) {
  FFWATT_TRY(const auto found, target("syncing", path));
  if (operation == "sync folder" && found.node->kind != Kind::folder) return file_error(ENOTDIR, "syncing", path);
  if (!step(operation, path)) return is_dead();
  if (const int error = found.disk.sync(*found.node)) return file_error(error, "syncing", path);
  return {};
}

base::Result<void> DiskFiles::sync_file(const os::Path& path) { return sync("sync", path); }
base::Result<void> DiskFiles::sync_folder(const os::Path& folder) { return sync("sync folder", folder); }

base::Result<void> DiskFiles::rename(const os::Path& from, const os::Path& to) {
  if (!step("rename", to)) return is_dead();
  const auto source = place_of(from.native()), target = place_of(to.native());
  int error = ENOENT;
  if (source.disk && target.disk)
    error = source.disk == target.disk ? source.disk->rename(source.path, target.path) : EXDEV;
  if (error != 0) return file_error(error, base::format("renaming {} to", from.string()), to);
  return {};
}

base::Result<void> DiskFiles::remove(const os::Path& path) {
  if (!step("remove", path)) return is_dead();
  const auto place = place_of(path.native());
  const int error = place.disk ? place.disk->remove(place.path) : ENOENT;
  if (error == 0 || error == ENOENT) return {};
  return file_error(error, "removing", path);
}

base::Result<void> DiskFiles::remove_tree(const os::Path& path) {
  if (killed_) return is_dead();
  const auto place = place_of(path.native());
  if (!place.disk) return {};
  return remove_below(place, path);
}

base::Result<void> DiskFiles::remove_below(const Place& place, const os::Path& path) {
  const auto found = place.disk->find(place.path);
  if (found.error == ENOENT || found.error == ENOTDIR) return {};
  const auto names = found.node->folder.names();
  for (const auto& [name, node] : names) {
    const auto below = std::string(place.path) + "/" + name;
    FFWATT_CHECK(remove_below({place.disk, below}, path / name));
  }
  if (!step("remove", path)) return is_dead();
  if (const int error = place.disk->remove(place.path)) return file_error(error, "removing", path);
  return {};
}

base::Result<void> DiskFiles::make_folders(const os::Path& path, unsigned mode) {
  os::Path made;
  for (const auto& part : path) {
    made /= part;
    if (made.empty() || made == "/") continue;
    const auto place = place_of(made.native());
    const auto there = status(made);
    if (there && there->kind == Kind::folder) continue;
    if (there) return file_error(ENOTDIR, "making the folder", made);
    if (!step("make folder", made)) return is_dead();
    const int error = place.disk ? place.disk->make_folder(place.path, mode) : ENOENT;
    if (error != 0) return file_error(error, "making the folder", made);
    FFWATT_CHECK(sync_folder(made.parent_path()));
  }
  return {};
}

base::Result<os::Path> DiskFiles::make_unique_folder(const os::Path& parent, std::string_view prefix) {
  if (killed_) return is_dead();
  const auto disk = place_of(parent.native()).disk;
  if (!disk) return file_error(ENOENT, "making a folder in", parent);
  const auto path = parent / (std::string(prefix) + letters_of(disk->next_serial()));
  if (!step("make folder", path)) return is_dead();
  if (const int error = disk->make_folder(place_of(path.native()).path, 0700))
    return file_error(error, "making a folder in", parent);
  return path;
}

base::Result<std::unique_ptr<os::FileLock>> DiskFiles::lock(const os::Path& path, Wait) {
  if (killed_) return is_dead();
  const auto place = place_of(path.native());
  if (!place.disk) return file_error(ENOENT, "locking", path);
  if (place.disk->find(place.path).error == ENOENT && !step("create", path)) return is_dead();
  const auto file = place.disk->create(place.path, Disk::Create::if_absent, 0644);
  if (file.error != 0) return file_error(file.error, "locking", path);
  if (!step("lock", path)) return is_dead();
  if (const auto held = file.node->lock.lock(); held && *held)
    return base::Error::retry(base::format("locking {}: another process holds it", path.string()));
  auto held = std::make_shared<bool>(true);
  file.node->lock = held;
  std::erase_if(locks_, [](const auto& lock) { return lock.expired(); });
  locks_.push_back(held);
  return std::unique_ptr<os::FileLock>(std::make_unique<Lock>(file.node, std::move(held)));
}

}  // namespace simulation
