// ReadyIndex: which queued job comes next, in memory: a heap for each class, by the order that never changes. Rebuilt
// from the database at start and after a rollback; nothing is claimed by a search of the table. What leaves the queue
// from its middle (canceled, paused) stays in its heap as a dead entry until it comes up. Inside of `store`.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/sqlite/number_set.h"

namespace store::sqlite {

class ReadyIndex {
 public:
  struct Entry {  // 16 bytes a job: a million queued ones take 16 MB
    std::int64_t order_ns = 0, number = 0;
    auto operator<=>(const Entry&) const = default;
  };
  struct Head {
    std::string job_class;
    Entry entry;
  };

  void clear();
  // `not_before_ns`: when its time comes, where it waits for that.
  void add(const std::string& job_class, Entry entry, std::optional<std::int64_t> not_before_ns = std::nullopt);
  // It is not to be given away any more: it was, or it has left the queue.
  void remove(std::int64_t number) { live_.erase(number), waiting_.erase(number); }
  bool contains(std::int64_t number) const { return live_.contains(number) || waiting_.count(number) != 0; }
  // The first of these classes whose time has come; nothing where there is none.
  std::optional<Head> first(std::span<const std::string> classes, std::int64_t now_ns);
  // Of first(): gives it away, or drops an entry that proves to be an old one of a job that stands elsewhere.
  void take(const Head& head);
  void drop(const Head& head);
  std::vector<std::string> classes() const;  // with jobs that wait for their time; some may have dead entries only

 private:
  struct Delayed {
    std::int64_t not_before_ns = 0;
    Entry entry;
  };
  struct Heaps {
    std::vector<Entry> ready;      // the smallest first, as std::push_heap keeps it
    std::vector<Delayed> delayed;  // the earliest first
  };
  void wake(Heaps& heaps, std::int64_t now_ns);

  std::map<std::string, Heaps> heaps_;
  // Of entries in `ready` and in `delayed` those that count: an old one of a job that has come back must not bring it
  // before its time.
  NumberSet live_;
  std::unordered_map<std::int64_t, std::int64_t> waiting_;  // not_before_ns by number
};

}  // namespace store::sqlite
