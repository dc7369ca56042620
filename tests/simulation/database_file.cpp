#include "simulation/database_file.h"

#include <errno.h>

#include <cstring>
#include <memory>

namespace simulation {
namespace {

using Level = SharedDatabase::Level;
using Answer = SharedDatabase::Answer;

// In memory of SQLite's.
struct SqliteFile {
  sqlite3_file base;
  DatabaseFile* file;
  OpenFiles* open;
};
SqliteFile& slot(sqlite3_file* file) { return *reinterpret_cast<SqliteFile*>(file); }
DatabaseFile& of(sqlite3_file* file) { return *slot(file).file; }
bool is_dead(sqlite3_file* file) { return of(file).process.killed(); }

int noted(sqlite3_file* file, int error) { return slot(file).open->note(error); }

bool may(sqlite3_file* file, std::string_view operation) {
  return may_step(of(file).process, operation, of(file).path);
}

SharedDatabase& shared(DatabaseFile& file) {
  auto& companion = file.node->companion;
  if (!companion) companion = std::make_shared<SharedDatabase>();
  return *static_cast<SharedDatabase*>(companion.get());
}

// SQLite's numbers of the levels, 0 to 4, are in the order of ours.
Level level_of(int number) { return static_cast<Level>(number); }

int close(sqlite3_file* file) {
  auto& closed = of(file);
  if (closed.node->companion) shared(closed).release(&closed), shared(closed).leave_regions(&closed);
  slot(file).open->remove(closed);
  delete &closed;
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
  if (is_dead(file)) return SQLITE_IOERR_READ;
  const auto size = static_cast<std::size_t>(count);
  std::size_t got = 0;
  auto* bytes = static_cast<char*>(into);
  if (noted(file, of(file).disk.read(*of(file).node, static_cast<std::uint64_t>(offset), bytes, size, got)) != 0)
    return SQLITE_IOERR_READ;
  if (got == size) return SQLITE_OK;
  std::memset(bytes + got, 0, size - got);
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  if (!may(file, "write")) return SQLITE_IOERR_WRITE;
  const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
  const int error = noted(file, of(file).disk.write(*of(file).node, static_cast<std::uint64_t>(offset), bytes));
  if (error == 0) return SQLITE_OK;
  return error == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (!may(file, "truncate")) return SQLITE_IOERR_TRUNCATE;
  const int error = noted(file, of(file).disk.truncate(*of(file).node, static_cast<std::uint64_t>(size)));
  return error == 0 ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

int sync(sqlite3_file* file, int) {
  auto& synced = of(file);
  if (!may(file, "sync")) return SQLITE_IOERR_FSYNC;
  if (noted(file, synced.disk.sync(*synced.node)) != 0) return SQLITE_IOERR_FSYNC;
  if (synced.new_name == DatabaseFile::NewName::no) return SQLITE_OK;
  const auto folder = synced.path.parent_path();
  if (!may_step(synced.process, "sync folder", folder)) return SQLITE_IOERR_FSYNC;
  // The unix VFS does not look at the answer either.
  const auto found = synced.disk.find(synced.process.place_of(folder.native()).path);
  if (found.error == 0) synced.disk.sync(*found.node);
  synced.new_name = DatabaseFile::NewName::no;
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  if (is_dead(file) || of(file).disk.is_stale(*of(file).node)) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(of(file).node->content.bytes().size());
  return SQLITE_OK;
}

int lock(sqlite3_file* file, int wanted) {
  if (is_dead(file)) return SQLITE_IOERR_LOCK;
  return shared(of(file)).lock(&of(file), level_of(wanted)) == Answer::taken ? SQLITE_OK : SQLITE_BUSY;
}

int unlock(sqlite3_file* file, int kept) {
  if (is_dead(file)) return SQLITE_IOERR_UNLOCK;
  shared(of(file)).unlock(&of(file), level_of(kept));
  return SQLITE_OK;
}

int check_lock(sqlite3_file* file, int* held) {
  if (is_dead(file)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
  *held = shared(of(file)).is_reserved();
  return SQLITE_OK;
}

int control(sqlite3_file* file, int what, void* value) {
  auto& asked = of(file);
  switch (what) {
    case SQLITE_FCNTL_LOCKSTATE:
      *static_cast<int*>(value) = static_cast<int>(shared(asked).level(&asked));
      return SQLITE_OK;
    case SQLITE_FCNTL_HAS_MOVED: {
      const auto there = asked.disk.find(asked.process.place_of(asked.path.native()).path);
      *static_cast<int*>(value) = there.node != asked.node;
      return SQLITE_OK;
    }
    default:
      return SQLITE_NOTFOUND;
  }
}

int sector_size(sqlite3_file*) { return 4096; }
int traits(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int shm_map(sqlite3_file* file, int number, int size, int extend, void volatile** map) {
  *map = nullptr;
  if (is_dead(file)) return SQLITE_IOERR_SHMMAP;
  auto& database = shared(of(file));
  database.use_regions(&of(file));
  while (extend && database.regions() <= static_cast<std::size_t>(number)) {
    // It is a file beside the database, which has to find room.
    if (!of(file).disk.has_room(static_cast<std::uint64_t>(size))) return SQLITE_IOERR_SHMSIZE;
    database.add_region(static_cast<std::size_t>(size));
  }
  *map = database.region(static_cast<std::size_t>(number));
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int first, int count, int flags) {
  if (is_dead(file)) return SQLITE_IOERR_SHMLOCK;
  auto& database = shared(of(file));
  const auto from = static_cast<std::size_t>(first), slots = static_cast<std::size_t>(count);
  if (flags & SQLITE_SHM_UNLOCK) {
    database.unlock_slots(&of(file), from, slots);
    return SQLITE_OK;
  }
  const auto sharing = flags & SQLITE_SHM_SHARED ? SharedDatabase::Sharing::shared : SharedDatabase::Sharing::exclusive;
  return database.lock_slots(&of(file), from, slots, sharing) == Answer::taken ? SQLITE_OK : SQLITE_BUSY;
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* file, int) {
  shared(of(file)).leave_regions(&of(file));
  return SQLITE_OK;
}

constexpr sqlite3_io_methods methods{2,        close,       read,       write,   truncate,    sync,   file_size,
                                     lock,     unlock,      check_lock, control, sector_size, traits, shm_map,
                                     shm_lock, shm_barrier, shm_unmap,  nullptr, nullptr};

}  // namespace

void OpenFiles::release_locks() {
  for (auto* file : files_)
    if (file->node->companion) shared(*file).release(file);
}

bool may_step(DiskFiles& process, std::string_view operation, const os::Path& path) noexcept {
  try {
    return process.step(operation, path);
  } catch (...) {
    return false;
  }
}

int size_of_sqlite_file() { return static_cast<int>(sizeof(SqliteFile)); }

void open_on(sqlite3_file* file, DatabaseFile opened, OpenFiles& open) {
  slot(file).file = new DatabaseFile(std::move(opened));
  slot(file).open = &open;
  open.add(of(file));
  file->pMethods = &methods;
}

}  // namespace simulation
