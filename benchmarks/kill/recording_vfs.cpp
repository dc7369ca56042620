#include "kill/recording_vfs.h"

#include <sqlite3.h>

#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace bench {

void Recorder::note(DiskStep step) {
  const std::lock_guard lock(mutex_);
  if (running_) steps_.push_back(std::move(step));
}

std::size_t Recorder::position() const {
  const std::lock_guard lock(mutex_);
  return steps_.size();
}

std::vector<DiskStep> Recorder::stop() {
  const std::lock_guard lock(mutex_);
  running_ = false;
  return std::exchange(steps_, {});
}

void Recorder::start() {
  const std::lock_guard lock(mutex_);
  running_ = true;
}

namespace {

using Kind = DiskStep::Kind;
Recorder* recorder = nullptr;
sqlite3_vfs* usual = nullptr;

// In memory of SQLite's, with the usual file behind it.
struct File {
  sqlite3_file base;
  std::string* name;  // null: a temporary file, which nobody looks for after a loss of power
};
File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* behind(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(of(file) + 1); }
const sqlite3_io_methods& io(sqlite3_file* file) { return *behind(file)->pMethods; }

std::string base_name(const char* path) {
  const std::string_view text = path ? path : "";
  return std::string(text.substr(text.rfind('/') + 1));
}

int close(sqlite3_file* file) {
  delete of(file)->name;
  return io(file).xClose(behind(file));
}
int read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
  return io(file).xRead(behind(file), into, count, offset);
}
int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  const int code = io(file).xWrite(behind(file), from, count, offset);
  if (code == SQLITE_OK && of(file)->name)
    recorder->note({Kind::write, *of(file)->name, offset,
                    std::string(static_cast<const char*>(from), static_cast<std::size_t>(count))});
  return code;
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = io(file).xTruncate(behind(file), size);
  if (code == SQLITE_OK && of(file)->name) recorder->note({Kind::truncate, *of(file)->name, size, {}});
  return code;
}
int sync(sqlite3_file* file, int) {
  if (of(file)->name) recorder->note({Kind::sync, *of(file)->name, 0, {}});
  return SQLITE_OK;
}
int file_size(sqlite3_file* file, sqlite3_int64* size) { return io(file).xFileSize(behind(file), size); }
int lock(sqlite3_file* file, int kind) { return io(file).xLock(behind(file), kind); }
int unlock(sqlite3_file* file, int kind) { return io(file).xUnlock(behind(file), kind); }
int check_lock(sqlite3_file* file, int* held) { return io(file).xCheckReservedLock(behind(file), held); }
int control(sqlite3_file* file, int what, void* value) { return io(file).xFileControl(behind(file), what, value); }
int sector_size(sqlite3_file* file) { return io(file).xSectorSize(behind(file)); }
int traits(sqlite3_file* file) { return io(file).xDeviceCharacteristics(behind(file)); }
int shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** map) {
  return io(file).xShmMap(behind(file), region, size, extend, map);
}
int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return io(file).xShmLock(behind(file), offset, count, flags);
}
void shm_barrier(sqlite3_file* file) { io(file).xShmBarrier(behind(file)); }
int shm_unmap(sqlite3_file* file, int remove) { return io(file).xShmUnmap(behind(file), remove); }
int fetch(sqlite3_file* file, sqlite3_int64 offset, int count, void** page) {
  return io(file).xFetch(behind(file), offset, count, page);
}
int unfetch(sqlite3_file* file, sqlite3_int64 offset, void* page) {
  return io(file).xUnfetch(behind(file), offset, page);
}

constexpr sqlite3_io_methods methods{3,        close,       read,       write,   truncate,    sync,   file_size,
                                     lock,     unlock,      check_lock, control, sector_size, traits, shm_map,
                                     shm_lock, shm_barrier, shm_unmap,  fetch,   unfetch};

int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* given) {
  file->pMethods = nullptr;
  const int code = usual->xOpen(usual, path, behind(file), flags, given);
  if (code != SQLITE_OK) return code;
  const bool temporary = !path || (flags & SQLITE_OPEN_DELETEONCLOSE);
  of(file)->name = temporary ? nullptr : new std::string(base_name(path));
  file->pMethods = &methods;
  return SQLITE_OK;
}
int remove(sqlite3_vfs*, const char* path, int sync_folder) {
  const int code = usual->xDelete(usual, path, sync_folder);
  if (code == SQLITE_OK) recorder->note({Kind::remove, base_name(path), 0, {}});
  return code;
}

}  // namespace

void record_sqlite(Recorder& into) {
  recorder = &into;
  usual = sqlite3_vfs_find(nullptr);
  if (!usual) throw std::runtime_error("SQLite has no VFS");
  static sqlite3_vfs ours = *usual;  // whatever is no file of a database is the usual one's
  ours.szOsFile = static_cast<int>(sizeof(File)) + usual->szOsFile;
  ours.zName = "recording";
  ours.pNext = nullptr;
  ours.xOpen = open;
  ours.xDelete = remove;
  if (sqlite3_vfs_register(&ours, 1) != SQLITE_OK) throw std::runtime_error("SQLite does not take another VFS");
}

}  // namespace bench
