// CountChanges: how many jobs of a scenario came into a state or left it in the transaction that is open. They are
// written together before its commit: a thousand new jobs change one row. Inside of `store`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "base/result.h"
#include "jobs/job_state.h"
#include "store/sqlite/connection.h"

namespace store::sqlite {

class CountChanges {
 public:
  void add(const std::string& scenario, jobs::JobState state, std::int64_t jobs) {
    changes_[{scenario, state}] += jobs;
  }
  base::Result<void> write(Connection& connection);
  void clear() { changes_.clear(); }

 private:
  std::map<std::pair<std::string, jobs::JobState>, std::int64_t> changes_;
};

}  // namespace store::sqlite
