#include "store/sqlite/count_board.h"

namespace store::sqlite {

base::Result<void> CountBoard::read(Connection& connection) {
  open_.clear();
  std::map<Key, std::int64_t> counts;
  const auto counted = connection.run("counting the jobs of", [&]() -> base::Result<void> {
    Query rows(connection,
               "SELECT scenario, state, count(*) FROM jobs INDEXED BY jobs_by_scenario GROUP BY scenario, state");
    while (rows.step()) {
      FFWATT_TRY(const auto state, jobs::parse_job_state(rows.text(1)));
      counts[{rows.text(0), state}] = rows.integer(2);
    }
    return {};
  });
  if (!counted) return counted;
  const std::lock_guard lock(mutex_);
  counts_ = std::move(counts);
  return {};
}

void CountBoard::commit() {
  if (open_.empty()) return;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, jobs] : open_)
    if ((counts_[key] += jobs) == 0) counts_.erase(key);
  open_.clear();
}

std::map<jobs::JobState, std::int64_t> CountBoard::by_state() const {
  std::map<jobs::JobState, std::int64_t> all;
  for (const auto state : jobs::all_job_states()) all[state] = 0;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, jobs] : counts_) all[key.second] += jobs;
  return all;
}

std::int64_t CountBoard::matching(const wire::JobQuery& query) const {
  std::int64_t all = 0;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, jobs] : counts_)
    if ((query.scenario.empty() || key.first == query.scenario) && (!query.state || key.second == *query.state))
      all += jobs;
  return all;
}

std::vector<std::string> CountBoard::scenarios(jobs::JobState state) const {
  std::vector<std::string> all;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, jobs] : counts_)
    if (key.second == state) all.push_back(key.first);
  return all;
}

}  // namespace store::sqlite
