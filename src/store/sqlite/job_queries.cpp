#include "store/sqlite/job_queries.h"

#include "store/sqlite/job_rows.h"

namespace store::sqlite {

base::Result<void> read_queue(Connection& connection, ReadyIndex& into) {
  return connection.run("reading the queue of", [&]() -> base::Result<void> {
    into.clear();
    // In the index's own order, so that each heap is filled with what is one already.
    Query rows(connection,
               "SELECT job_class, order_ns, number, not_before_ns FROM jobs INDEXED BY jobs_queued "
               "WHERE state = 'queued' ORDER BY job_class, order_ns");
    while (rows.step())
      into.add(rows.text(0), {rows.integer(1), rows.integer(2)},
               rows.is_null(3) ? std::nullopt : std::optional(rows.integer(3)));
    return {};
  });
}

base::Result<void> read_leases(Connection& connection, Leases& into) {
  return connection.run("reading the running jobs of", [&]() -> base::Result<void> {
    into.clear();
    Query rows(connection, "SELECT " FFWATT_JOB_COLUMNS
                           " FROM jobs INDEXED BY jobs_leased WHERE state IN ('running', 'canceling') ORDER BY number");
    while (rows.step()) {
      FFWATT_TRY(const auto record, record_at(connection, rows));
      into.follow(record);
    }
    return {};
  });
}

base::Result<std::map<jobs::JobState, std::int64_t>> count_jobs(Connection& connection) {
  using Counts = std::map<jobs::JobState, std::int64_t>;
  return connection.run("counting the jobs of", [&]() -> base::Result<Counts> {
    Counts counts;
    for (const auto state : jobs::all_job_states()) counts[state] = 0;
    Query rows(connection, "SELECT state, sum(jobs) FROM job_counts GROUP BY state");
    while (rows.step()) {
      FFWATT_TRY(const auto state, jobs::parse_job_state(rows.text(0)));
      counts[state] = rows.integer(1);
    }
    return counts;
  });
}

}  // namespace store::sqlite
