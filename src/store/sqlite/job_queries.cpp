#include "store/sqlite/job_queries.h"

#include <set>
#include <unordered_set>

#include "store/sqlite/job_rows.h"

namespace store::sqlite {
namespace {

struct Head {
  std::int64_t order = 0, number = 0;
  auto operator<=>(const Head&) const = default;
};

// The first row of an ordered query whose job is not excepted. The query answers (order_ns, number, id).
void take_head(Query& rows, const std::unordered_set<std::string>& except, std::optional<Head>& best) {
  while (rows.step()) {
    if (except.count(rows.text(2)) != 0) continue;
    const Head head{rows.integer(0), rows.integer(1)};
    if (!best || head < *best) best = head;
    return;
  }
}

}  // namespace

base::Result<std::optional<JobRecord>> next_ready(Connection& connection, std::span<const std::string> classes,
                                                  units::WallTime now, std::span<const base::Id> except) {
  return connection.run("looking for a ready job in", [&]() -> base::Result<std::optional<JobRecord>> {
    std::unordered_set<std::string> excepted;
    for (const auto& id : except) excepted.insert(id.text());
    std::optional<Head> best;
    for (const auto& text : classes) {
      {
        Query rows(connection,
                   "SELECT order_ns, number, id FROM jobs INDEXED BY jobs_ready "
                   "WHERE state = 'queued' AND not_before_ns IS NULL AND job_class = ? ORDER BY order_ns, number");
        rows.bind(text);
        take_head(rows, excepted, best);
      }
      // Those whose time has come are few: they are taken as soon as a node is free.
      Query due(connection,
                "SELECT order_ns, number, id FROM jobs INDEXED BY jobs_delayed WHERE state = 'queued' "
                "AND not_before_ns IS NOT NULL AND job_class = ? AND not_before_ns <= ? ORDER BY order_ns, number");
      due.bind(text).bind(now.nanoseconds());
      take_head(due, excepted, best);
    }
    if (!best) return std::optional<JobRecord>();
    Query row(connection, "SELECT " FFWATT_JOB_COLUMNS " FROM jobs WHERE number = ?");
    row.bind(best->number).step();
    FFWATT_TRY(auto record, record_at(connection, row));
    return std::optional(std::move(record));
  });
}

base::Result<std::vector<std::pair<std::string, jobs::Needs>>> ready_classes(
    Connection& connection, std::map<std::string, jobs::Needs>& known) {
  using Classes = std::vector<std::pair<std::string, jobs::Needs>>;
  return connection.run("reading what queued jobs need from", [&]() -> base::Result<Classes> {
    // One step down the index for each class, instead of a look at each job.
    std::map<std::string, std::int64_t> found;  // and one job of each
    const auto walk = [&](std::string_view sql) {
      for (std::string last;;) {
        Query next(connection, sql);
        if (!next.bind(last).step()) return;
        last = next.text(0);
        found.emplace(last, next.integer(1));
      }
    };
    walk(
        "SELECT job_class, number FROM jobs INDEXED BY jobs_ready WHERE state = 'queued' AND not_before_ns IS NULL "
        "AND job_class > ? ORDER BY job_class LIMIT 1");
    walk(
        "SELECT job_class, number FROM jobs INDEXED BY jobs_delayed WHERE state = 'queued' AND not_before_ns IS NOT "
        "NULL "
        "AND job_class > ? ORDER BY job_class LIMIT 1");
    Classes classes;
    for (const auto& [text, number] : found) {
      auto needs = known.find(text);
      if (needs == known.end()) {
        Query row(connection, "SELECT " FFWATT_JOB_COLUMNS " FROM jobs WHERE number = ?");
        row.bind(number).step();
        FFWATT_TRY(const auto job, listed_job_at(connection, row));
        needs = known.emplace(text, jobs::needs(job.submission)).first;
      }
      classes.emplace_back(text, needs->second);
    }
    return classes;
  });
}

base::Result<std::vector<JobRecord>> leased(Connection& connection) {
  return connection.run("reading the running jobs of", [&]() -> base::Result<std::vector<JobRecord>> {
    Query rows(connection, "SELECT " FFWATT_JOB_COLUMNS
                           " FROM jobs INDEXED BY jobs_leased WHERE state IN ('running', 'canceling') ORDER BY number");
    std::vector<JobRecord> records;
    while (rows.step()) {
      FFWATT_TRY(auto record, record_at(connection, rows));
      records.push_back(std::move(record));
    }
    return records;
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
