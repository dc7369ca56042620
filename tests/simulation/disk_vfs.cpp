#include "simulation/disk_vfs.h"

#include <errno.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "simulation/database_file.h"

namespace simulation {

struct DiskVfs::State {
  DiskVfs& vfs;
  DiskFiles& process;
  os::Random& random;
  const os::Clock& clock;
  OpenFiles open{};
  std::string name{};
  sqlite3_vfs table{};
};

namespace {

using Kind = os::FileStatus::Kind;

DiskVfs::State& of(sqlite3_vfs* vfs) { return *static_cast<DiskVfs::State*>(vfs->pAppData); }

os::Path folder_of(const os::Path& path) { return path.has_parent_path() ? path.parent_path() : os::Path("/"); }

bool is_journal(int flags) {
  return (flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL)) != 0;
}

// A log or journal is as open to others as its database.
unsigned mode_beside(const Disk& disk, std::string_view path) {
  const auto database = disk.find(path.substr(0, path.rfind('-')));
  return database.error == 0 ? database.node->mode : 0644;
}

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* given) {
  auto& state = of(vfs);
  file->pMethods = nullptr;
  if (state.process.killed()) return SQLITE_IOERR;
  if (given) *given = flags;
  if (!path) {
    auto& disk = *state.process.place_of("/").disk;
    open_on(file, {state.process, disk, disk.create_nameless(), {}, DatabaseFile::NewName::no}, state.open);
    return SQLITE_OK;
  }
  const auto place = state.process.place_of(path);
  if (!place.disk) return SQLITE_CANTOPEN;
  auto found = place.disk->find(place.path);
  // Also where it is there already: whoever made it may have been killed.
  const auto is_new =
      is_journal(flags) && (flags & SQLITE_OPEN_CREATE) ? DatabaseFile::NewName::yes : DatabaseFile::NewName::no;
  if (found.error == ENOENT && (flags & SQLITE_OPEN_CREATE)) {
    if (!may_step(state.process, "create", path)) return SQLITE_IOERR;
    const unsigned mode = is_journal(flags) ? mode_beside(*place.disk, place.path) : 0644;
    found = place.disk->create(place.path, Disk::Create::only_new, mode);
  } else if (found.error == 0 && (flags & SQLITE_OPEN_EXCLUSIVE)) {
    return SQLITE_CANTOPEN;
  }
  if (found.error == 0 && found.node->kind == Kind::folder) found.error = EISDIR;
  if (state.open.note(found.error) != 0) return SQLITE_CANTOPEN;
  open_on(file, {state.process, *place.disk, found.node, path, is_new}, state.open);
  if (flags & SQLITE_OPEN_DELETEONCLOSE) place.disk->remove(place.path);
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  auto& process = of(vfs).process;
  const auto place = process.place_of(path);
  if (!place.disk) return SQLITE_IOERR_DELETE_NOENT;
  if (!may_step(process, "remove", path)) return SQLITE_IOERR_DELETE;
  const int error = place.disk->remove(place.path);
  if (error == ENOENT) return SQLITE_IOERR_DELETE_NOENT;
  if (error != 0) return SQLITE_IOERR_DELETE;
  if (!sync_folder) return SQLITE_OK;
  const auto folder = folder_of(path);
  if (!may_step(process, "sync folder", folder)) return SQLITE_IOERR_DIR_FSYNC;
  const auto found = place.disk->find(process.place_of(folder.native()).path);
  return found.error == 0 && place.disk->sync(*found.node) == 0 ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

int access(sqlite3_vfs* vfs, const char* path, int wanted, int* answer) {
  auto& process = of(vfs).process;
  if (process.killed()) return SQLITE_IOERR_ACCESS;
  const auto place = process.place_of(path);
  const auto found = place.disk ? place.disk->find(place.path) : Disk::Found{ENOENT, nullptr};
  *answer = found.error == 0;
  // An empty file counts as none, as a journal that was emptied instead of removed.
  if (found.error == 0 && wanted == SQLITE_ACCESS_EXISTS && found.node->kind == Kind::file)
    *answer = !found.node->content.bytes().empty();
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* path, int size, char* out) {
  const auto full = ("/" / os::Path(path)).lexically_normal().string();
  if (full.size() >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(out, full.c_str(), full.size() + 1);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
  auto& random = of(vfs).random;
  for (int done = 0; done < size;) {
    const auto number = random.next();
    const int count = std::min(size - done, static_cast<int>(sizeof number));
    std::memcpy(out + done, &number, static_cast<std::size_t>(count));
    done += count;
  }
  return size;
}

int sleep(sqlite3_vfs* vfs, int microseconds) {
  const auto& sleeps = of(vfs).vfs.sleep;
  if (sleeps && !of(vfs).process.killed()) sleeps(units::Seconds(microseconds / 1e6));
  return microseconds;
}

int time_in_ms(sqlite3_vfs* vfs, sqlite3_int64* time) {
  constexpr sqlite3_int64 julian_day_of_1970 = 210'866'760'000'000;  // in ms
  *time = julian_day_of_1970 + of(vfs).clock.wall().nanoseconds() / 1'000'000;
  return SQLITE_OK;
}

int time_in_days(sqlite3_vfs* vfs, double* time) {
  sqlite3_int64 milliseconds = 0;
  time_in_ms(vfs, &milliseconds);
  *time = static_cast<double>(milliseconds) / 86'400'000.0;
  return SQLITE_OK;
}

int last_error(sqlite3_vfs* vfs, int, char*) { return of(vfs).open.last_error(); }

}  // namespace

DiskVfs::DiskVfs(DiskFiles& process, os::Random& random, const os::Clock& clock)
    : process_(process), state_(new State{*this, process, random, clock}) {
  static int made = 0;
  state_->name = "disk-" + std::to_string(++made);  // SQLite tells them apart by it; nothing else shows it
  auto& table = state_->table;
  table.iVersion = 2;
  table.szOsFile = size_of_sqlite_file();
  table.mxPathname = 512;
  table.zName = state_->name.c_str();
  table.pAppData = state_.get();
  table.xOpen = open;
  table.xDelete = remove;
  table.xAccess = access;
  table.xFullPathname = full_path;
  table.xRandomness = randomness;
  table.xSleep = simulation::sleep;
  table.xCurrentTime = time_in_days;
  table.xGetLastError = last_error;
  table.xCurrentTimeInt64 = time_in_ms;
  process.when_killed([state = state_] { state->open.release_locks(); });
  use();
  sqlite3_randomness(0, nullptr);  // it has numbers of an earlier one left
}

DiskVfs::~DiskVfs() {
  sqlite3_vfs_unregister(&state_->table);
  // A database that outlived it would call what is not there any more.
  if (!state_->open.empty()) std::terminate();
}

void DiskVfs::use() {
  if (sqlite3_vfs_register(&state_->table, 1) != SQLITE_OK)
    throw std::runtime_error("SQLite does not take another VFS");
}

}  // namespace simulation
