// CountBoard: how many jobs of each scenario are in each state. Counted once, when the file is opened, by its index;
// then kept in memory by whoever changes jobs and read by whoever lists them, so that a commit need not write it and a
// count costs nothing. The changing half belongs to the thread of the store; any thread may read. Inside of `store`.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "jobs/job_state.h"
#include "store/sqlite/connection.h"
#include "wire/messages.h"

namespace store::sqlite {

class CountBoard {
 public:
  base::Result<void> read(Connection& connection);

  // Of the transaction that is open: seen after commit(), gone with drop().
  void add(const std::string& scenario, jobs::JobState state, std::int64_t jobs) { open_[{scenario, state}] += jobs; }
  void commit();
  void drop() { open_.clear(); }

  std::map<jobs::JobState, std::int64_t> by_state() const;         // every state, 0 where there is none
  std::int64_t matching(const wire::JobQuery& query) const;        // whatever its cursor
  std::vector<std::string> scenarios(jobs::JobState state) const;  // that have such jobs

 private:
  using Key = std::pair<std::string, jobs::JobState>;
  std::map<Key, std::int64_t> open_;
  mutable std::mutex mutex_;
  std::map<Key, std::int64_t> counts_;
};

}  // namespace store::sqlite
