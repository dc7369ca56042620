// SharedDatabase: what the connections to one database file share beside its bytes: SQLite's file locks and the index
// of its log (shared memory). It hangs on the file of the disk. One thread, so nobody ever waits: what is taken is
// busy.
//
// A limit: of two processes that have one database in WAL mode open, the one that is killed has its last moments in the
// shared memory seen by the other (SQLite undoes its transaction there); no two processes of ffwatt do that.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace simulation {

class SharedDatabase {
 public:
  using Holder = const void*;  // a connection's file; only compared
  enum class Level { none, shared, reserved, pending, exclusive };
  enum class Answer { taken, busy };

  Answer lock(Holder holder, Level wanted);
  void unlock(Holder holder, Level kept);  // shared or none
  Level level(Holder holder) const;
  bool is_reserved() const;

  // The index of the log in regions, zeroed at first. Null where it is not there.
  std::size_t regions() const { return regions_.size(); }
  char* region(std::size_t number) { return number < regions_.size() ? regions_[number].get() : nullptr; }
  void add_region(std::size_t size) { regions_.push_back(std::make_unique<char[]>(size)); }
  void use_regions(Holder holder);
  void leave_regions(Holder holder);  // the last one leaves none behind
  enum class Sharing { shared, exclusive };
  Answer lock_slots(Holder holder, std::size_t first, std::size_t count, Sharing sharing);
  void unlock_slots(Holder holder, std::size_t first, std::size_t count);

  // Its locks of both kinds; its memory stays until it leaves.
  void release(Holder holder);

 private:
  struct Slot {
    std::vector<Holder> shared;
    Holder exclusive = nullptr;
  };
  std::vector<std::pair<Holder, Level>> levels_;
  std::vector<Holder> users_;
  std::vector<std::unique_ptr<char[]>> regions_;
  std::array<Slot, 8> slots_;
};

}  // namespace simulation
