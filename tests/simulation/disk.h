// Disk: the file system of one simulated machine, in memory, on two planes: what its programs see, and what a loss of
// power would leave. One thread.
//
// It gives nothing away beyond POSIX: the bytes of a file are durable after a sync of the file, a name in a folder
// (made, moved, removed) after a sync of the folder; of everything else any part may survive (disk_content.h,
// disk_folder.h). A move between folders is two changes, in their order. What fails answers an errno value; 0 is
// success. Paths begin with '/'; there are no links and no rights. All chance comes from the caller, and nothing
// depends on where things lie in memory.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "os/clock.h"
#include "os/files.h"
#include "os/random.h"
#include "simulation/disk_content.h"
#include "simulation/disk_folder.h"

namespace simulation {

// A file or a folder. Whoever holds one can go on after its name is gone, until the power is lost.
struct DiskNode {
  os::FileStatus::Kind kind = os::FileStatus::Kind::file;
  unsigned mode = 0;
  units::WallTime changed;
  DiskContent content;  // of a file
  DiskFolder folder;
  std::uint64_t life = 0;           // of the disk between two losses of power; another one than its own: it is gone
  unsigned names = 0;               // two after a loss of power between the halves of a move
  std::weak_ptr<bool> lock;         // flock(2): held as long as it is there and true
  std::shared_ptr<void> companion;  // what the programs that use it share beside its bytes
};

class Disk {
 public:
  using Node = std::shared_ptr<DiskNode>;
  struct Found {
    int error = 0;
    Node node;  // where there is no error
  };

  explicit Disk(const os::Clock& clock);

  Found find(std::string_view path) const;
  enum class Create { if_absent, only_new };
  Found create(std::string_view path, Create create, unsigned mode);
  Node create_nameless();  // a temporary file that nobody can find
  int read(const DiskNode& file, std::uint64_t offset, char* buffer, std::size_t size, std::size_t& got);
  // Where the room ends within it, a part is written.
  int write(DiskNode& file, std::uint64_t offset, std::string_view bytes);
  int truncate(DiskNode& file, std::uint64_t size);
  int set_mode(DiskNode& node, unsigned mode);
  int sync(DiskNode& node);  // a folder too
  int make_folder(std::string_view path, unsigned mode);
  int rename(std::string_view from, std::string_view to);
  int remove(std::string_view path);  // a file or an empty folder
  // A number that no other file of this disk was named by.
  std::uint64_t next_serial() { return ++serials_; }

  // Sets the scene: the file with its folders, durable at once, whatever the room.
  void put(std::string_view path, std::string_view content, unsigned mode = 0644);

  // Whoever was at work on it has to be dropped: what it held is stale (ESTALE).
  void lose_power(os::Random& random);

  bool is_stale(const DiskNode& node) const { return node.life != life_; }

  // Faults. The n-th such step from now (1: the next) fails with this error, and as many after it as `times` says. A
  // sync of a file that fails has lost what it should have written (DiskContent::fail_sync).
  enum class Step { read, write, sync, name };  // name: a file or folder is made, moved or removed
  static constexpr std::uint64_t forever = UINT64_MAX;
  void fail(Step step, std::uint64_t nth, int error, std::uint64_t times = 1);
  void heal();                                          // no step fails any more; the capacity stays
  std::uint64_t failures() const { return failures_; }  // steps that failed so
  // How much it holds, in blocks of 4 KiB: one for each file and folder, and those of its bytes. Less than is used
  // already: nothing can grow (ENOSPC), everything else works.
  static constexpr std::uint64_t block = 4096, unlimited = UINT64_MAX;
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
  std::uint64_t used() const { return used_; }
  bool has_room(std::uint64_t bytes) {
    const bool has = used_ <= capacity_ && bytes <= capacity_ - used_;
    if (!has) ++refusals_;
    return has;
  }
  std::uint64_t refusals() const { return refusals_; }  // for want of room
  // ignored: of a disk that only says so. With it something has to be lost, or a test of durability sees nothing.
  enum class Syncs { believed, ignored };
  void set_syncs(Syncs syncs) { syncs_ = syncs; }

 private:
  struct Fault {
    std::uint64_t left = 0, times = 0;  // steps until it begins; that fail then
    int error = 0;
  };
  struct Place {
    int error = 0;
    Node folder;
    std::string_view name;  // empty: the root
  };
  Place place_of(std::string_view path) const;
  int failure(Step step);
  Node make(os::FileStatus::Kind kind, unsigned mode) const;
  void enter(DiskFolder& folder, std::string_view name, const Node& node);
  void leave(DiskNode& node);
  int resize_room(const DiskNode& file, std::uint64_t size);
  Node survivor_of(const Node& node, os::Random& random, std::map<const DiskNode*, Node>& survivors);

  const os::Clock& clock_;
  std::uint64_t life_ = 1, serials_ = 0, used_ = 0, capacity_ = unlimited, failures_ = 0, refusals_ = 0;
  Node root_;
  Syncs syncs_ = Syncs::believed;
  std::array<Fault, 4> faults_;
};

}  // namespace simulation
