// Numbers: job numbers that this master has taken from the sequence and not given yet. Inside of `store`.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "store/postgres/session.h"

namespace store::postgres {

class Numbers {
 public:
  // Ascending. What is taken stays taken after a rollback; but not with a session that was lost: a server that crashed
  // may give those of a transaction that it did not keep again.
  base::Result<std::vector<std::int64_t>> take(Session& session, std::size_t count) {
    if (session_ != session.connection().session()) {
      free_.clear();
      block_ = first_block;
      session_ = session.connection().session();
    }
    if (free_.size() < count) {
      // The busier, the larger the block: a master that is seldom asked leaves few gaps.
      const auto wanted = std::max(count - free_.size(), block_);
      block_ = std::min(block_ * 2, largest_block);
      FFWATT_TRY(const auto rows, session.ask("taking job numbers from",
                                              "SELECT nextval('job_numbers') FROM generate_series(1, $1::bigint)",
                                              Parameters().add(static_cast<std::int64_t>(wanted))));
      for (int row = 0; row < rows.size(); ++row) free_.push_back(rows.integer(row, 0));
    }
    const auto end = free_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<std::int64_t> taken(free_.begin(), end);
    free_.erase(free_.begin(), end);
    return taken;
  }

 private:
  static constexpr std::size_t first_block = 8, largest_block = 1024;
  std::deque<std::int64_t> free_;
  std::size_t block_ = first_block;
  int session_ = -1;
};

}  // namespace store::postgres
