// DatabaseFile: a file of a simulated disk that SQLite has open: its sqlite3_io_methods. Inside of DiskVfs.
#pragma once

#include <sqlite3.h>

#include <string_view>
#include <vector>

#include "os/files.h"
#include "simulation/disk_files.h"
#include "simulation/shared_database.h"

namespace simulation {

struct DatabaseFile {
  DiskFiles& process;
  Disk& disk;
  Disk::Node node;
  os::Path path;  // empty: a temporary file
  // yes: a log or journal that may be new; its first sync makes the name durable as well, as the unix VFS does.
  enum class NewName { no, yes } new_name = NewName::no;
};

// Those of one DiskVfs.
class OpenFiles {
 public:
  void add(DatabaseFile& file) { files_.push_back(&file); }
  void remove(DatabaseFile& file) { std::erase(files_, &file); }
  bool empty() const { return files_.empty(); }
  void release_locks();
  // The error that a step on one of them answers, noted for xGetLastError.
  int note(int error) { return error == 0 ? 0 : last_error_ = error; }
  int last_error() const { return last_error_; }

 private:
  std::vector<DatabaseFile*> files_;
  int last_error_ = 0;
};

// False: the process is dead. Lets no exception out.
bool may_step(DiskFiles& process, std::string_view operation, const os::Path& path) noexcept;

int size_of_sqlite_file();
// Makes SQLite's `file`, which it closes.
void open_on(sqlite3_file* file, DatabaseFile opened, OpenFiles& open);

}  // namespace simulation
