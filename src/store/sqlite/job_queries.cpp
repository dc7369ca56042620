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

base::Result<void> read_leases(Connection& connection, const CountBoard& board, Leases& into) {
  return connection.run("reading the running jobs of", [&]() -> base::Result<void> {
    into.clear();
    for (const auto state : {jobs::JobState::running, jobs::JobState::canceling})
      for (const auto& scenario : board.scenarios(state)) {
        Query rows(connection, "SELECT " FFWATT_JOB_COLUMNS
                               " FROM jobs INDEXED BY jobs_by_scenario WHERE scenario = ? AND state = ?");
        rows.bind(scenario).bind(jobs::name(state));
        while (rows.step()) {
          FFWATT_TRY(const auto record, record_at(connection, rows));
          into.follow(record);
        }
      }
    return {};
  });
}

}  // namespace store::sqlite
