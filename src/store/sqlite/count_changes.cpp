#include "store/sqlite/count_changes.h"

namespace store::sqlite {

base::Result<void> CountChanges::write(Connection& connection) {
  const auto changes = std::exchange(changes_, {});
  if (changes.empty()) return {};
  return connection.run("counting jobs in", [&]() -> base::Result<void> {
    for (const auto& [of, jobs] : changes) {
      if (jobs == 0) continue;
      Query(connection,
            "INSERT INTO job_counts (scenario, state, jobs) VALUES (?, ?, ?) "
            "ON CONFLICT (scenario, state) DO UPDATE SET jobs = jobs + excluded.jobs")
          .bind(of.first)
          .bind(jobs::name(of.second))
          .bind(jobs)
          .execute();
    }
    return {};
  });
}

}  // namespace store::sqlite
