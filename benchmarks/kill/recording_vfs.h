// A VFS of SQLite that does what the usual one does, and notes what was written to which file, and what was synced: the
// log from which images of a disk after a loss of power are made (disk_image.h). It syncs nothing in earnest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace bench {

// What happened to one file. Of a write: `bytes` at `offset`; of a truncation: `offset` is the new size.
struct DiskStep {
  enum class Kind { write, truncate, sync, remove } kind = Kind::write;
  std::string file;  // without its folder
  std::int64_t offset = 0;
  std::string bytes;
};

class Recorder {
 public:
  void note(DiskStep step);
  // How many steps there are: what was acknowledged by then has to be found after each later cut.
  std::size_t position() const;
  // Takes the log and begins an empty one; nothing is noted until start().
  std::vector<DiskStep> stop();
  void start();

 private:
  mutable std::mutex mutex_;
  bool running_ = false;
  std::vector<DiskStep> steps_;
};

// Makes it the VFS that SQLite uses from now on. Once; the recorder must outlive all databases.
void record_sqlite(Recorder& recorder);

}  // namespace bench
