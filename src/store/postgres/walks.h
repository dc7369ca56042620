// Walks: the rows that come next for whoever goes through many pages of results. Without an index an order is found by
// looking at every row, so it is looked for once in most_ahead rows and not once a page. What was kept meanwhile is in
// none of the pages that were found ahead. Shared by all readers of a store, since the next page may be another's to
// read. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace store::postgres {

class Walks {
 public:
  // 400 KB a walk; and so many walks at once, of which the one that stands still longest is forgotten: it costs a look
  // more.
  static constexpr std::size_t most_ahead = 50'000, most_walks = 8;

  struct Ahead {
    std::vector<std::int64_t> rows;               // numbers (reports.sequence), in the order of the walk
    enum class More { no, yes } more = More::no;  // than these
  };
  // What comes behind this cursor, where that is known. It is the caller's then: a cursor that comes once more costs a
  // look.
  std::optional<Ahead> take(const std::string& cursor) {
    const std::lock_guard lock(mutex_);
    for (auto it = walks_.begin(); it != walks_.end(); ++it) {
      if (it->first != cursor) continue;
      std::optional<Ahead> ahead = std::move(it->second);
      walks_.erase(it);
      return ahead;
    }
    return std::nullopt;
  }
  void keep(const std::string& cursor, Ahead ahead) {
    const std::lock_guard lock(mutex_);
    walks_.emplace_back(cursor, std::move(ahead));
    if (walks_.size() > most_walks) walks_.pop_front();
  }

 private:
  std::mutex mutex_;
  std::deque<std::pair<std::string, Ahead>> walks_;
};

}  // namespace store::postgres
