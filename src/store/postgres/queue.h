// Queue: the first queued jobs of each class as far as this master knows, by number. It only proposes: a job is given
// away by its row's lock, so an entry may be old, and others' jobs may be missing for a while. It is filled from the
// index behind a mark, so that no claim steps again over what others took: with a long transaction anywhere on the
// server those entries cannot be removed, and a scan from the head would walk all of them each time. One thread. Inside
// of `store`.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace store::postgres {

class Queue {
 public:
  struct Entry {
    std::int64_t order_ns = std::numeric_limits<std::int64_t>::min(), number = 0;
    auto operator<=>(const Entry&) const = default;
  };
  struct Head {
    std::string job_class;
    Entry entry;
  };

  // Knows nothing any more: scan() is to be called.
  void forget();
  bool knows() const { return known_; }
  // These classes have jobs, others none.
  void scanned(std::span<const std::string> ready, std::span<const std::string> delayed);

  // A job that this master queued, or that is free again.
  void add(const std::string& job_class, Entry entry);
  void add_delayed(const std::string& job_class, std::int64_t not_before_ns);
  // Others queued something of these classes, none of it before `lowest`.
  void look_again(std::span<const std::string> classes, std::int64_t lowest_ns);

  std::optional<Head> first(std::span<const std::string> classes) const;
  void drop(const Head& head);

  // Classes of these of which fewer than `wanted` are surely the first, and behind which entry the table may have more.
  struct Gap {
    std::string job_class;
    Entry behind;
  };
  std::vector<Gap> gaps(std::span<const std::string> classes, std::size_t wanted) const;
  // What the table has behind the mark, up to `last`.
  enum class Behind { nothing, more };
  void fill(const std::string& job_class, std::span<const Entry> entries, std::optional<Entry> last, Behind behind);
  // Where to look for delayed jobs whose time has come: (not_before, number) of the last that was found.
  Entry due_mark(const std::string& job_class) const;
  void due(const std::string& job_class, Entry mark, Entry entry);

  std::vector<std::string> classes() const;
  // Nothing is left of it: it is not among classes() until somebody queues one.
  void drop_if_empty(const std::string& job_class);

 private:
  struct Class {
    std::set<Entry> entries;
    Entry mark, due;
    bool more = true;      // behind the mark
    bool delayed = false;  // there may be jobs that wait for their time
  };
  std::map<std::string, Class> classes_;
  bool known_ = false;
};

}  // namespace store::postgres
