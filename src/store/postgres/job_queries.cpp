#include "store/postgres/job_queries.h"

#include "store/cursor.h"
#include "store/postgres/job_rows.h"

namespace store::postgres {
namespace {

// Sums, and the lines that were not folded yet: those behind each master's mark.
#define FFWATT_PG_COUNTED                                                                       \
  "(SELECT scenario, state, jobs FROM job_counts UNION ALL SELECT c.scenario, c.state, c.jobs " \
  "FROM job_count_folds f JOIN job_count_changes c ON c.slot = f.slot AND c.sequence > f.folded_to) AS counted"

// A list of one scenario is merged from its states, each of which the index has in order.
#define FFWATT_PG_OF_STATE(state)                                          \
  "(SELECT number FROM jobs WHERE scenario = $1::text AND state = '" state \
  "' AND number < $2::bigint "                                             \
  "ORDER BY number DESC LIMIT $3::bigint)"

std::string_view page_sql(const wire::JobQuery& query) {
  if (query.state && !query.scenario.empty())
    return "SELECT " FFWATT_PG_LISTED
           " FROM jobs j WHERE j.scenario = $1::text AND j.state = $2::text AND j.number < $3::bigint "
           "ORDER BY j.number DESC LIMIT $4::bigint";
  if (!query.scenario.empty())
    return "SELECT " FFWATT_PG_LISTED " FROM jobs j WHERE j.number IN (" FFWATT_PG_OF_STATE("queued")  //
        " UNION ALL " FFWATT_PG_OF_STATE("running") " UNION ALL " FFWATT_PG_OF_STATE("canceling")      //
        " UNION ALL " FFWATT_PG_OF_STATE("paused") " UNION ALL " FFWATT_PG_OF_STATE("completed")       //
        " UNION ALL " FFWATT_PG_OF_STATE("failed") " UNION ALL " FFWATT_PG_OF_STATE("canceled")        //
        ") ORDER BY j.number DESC LIMIT $3::bigint";
  if (query.state)
    return "SELECT " FFWATT_PG_LISTED
           " FROM jobs j WHERE j.state = $1::text AND j.number < $2::bigint ORDER BY j.number DESC LIMIT $3::bigint";
  return "SELECT " FFWATT_PG_LISTED " FROM jobs j WHERE j.number < $1::bigint ORDER BY j.number DESC LIMIT $2::bigint";
}

std::string_view count_sql(const wire::JobQuery& query) {
  if (query.state && !query.scenario.empty())
    return "SELECT coalesce(sum(jobs), 0) FROM " FFWATT_PG_COUNTED " WHERE scenario = $1::text AND state = $2::text";
  if (!query.scenario.empty())
    return "SELECT coalesce(sum(jobs), 0) FROM " FFWATT_PG_COUNTED " WHERE scenario = $1::text";
  if (query.state) return "SELECT coalesce(sum(jobs), 0) FROM " FFWATT_PG_COUNTED " WHERE state = $1::text";
  return "SELECT coalesce(sum(jobs), 0) FROM " FFWATT_PG_COUNTED;
}

Parameters filters_of(const wire::JobQuery& query) {
  Parameters parameters;
  if (!query.scenario.empty()) parameters.add(query.scenario);
  if (query.state) parameters.add(jobs::name(*query.state));
  return parameters;
}

}  // namespace

base::Result<wire::JobPage> list_jobs(Session& session, const wire::JobQuery& query) {
  FFWATT_TRY(const auto before, page_start(query));
  std::vector<Statement> statements;
  statements.push_back({page_sql(query), filters_of(query).add(before).add(std::int64_t{query.limit} + 1)});
  statements.push_back({count_sql(query), filters_of(query)});
  FFWATT_TRY(const auto answers, session.ask("listing the jobs of", std::move(statements)));
  wire::JobPage page;
  for (int row = 0; row < answers[0].size(); ++row) {
    if (row == query.limit) {
      page.next = cursor_below(page.jobs.back().number);
      break;
    }
    FFWATT_TRY(auto job, listed_job_at(session.where(), answers[0], row));
    page.jobs.push_back(std::move(job));
  }
  page.count = answers[1].integer(0, 0);
  return page;
}

base::Result<std::vector<base::Id>> matching_jobs(Session& session, jobs::JobState state, const std::string& scenario,
                                                  int most) {
  // Those that are changed leave the list.
  const auto rows =
      scenario.empty()
          ? session.ask("looking for jobs in",
                        "SELECT id FROM jobs WHERE state = $1::text ORDER BY number LIMIT $2::bigint",
                        Parameters().add(jobs::name(state)).add(std::int64_t{most}))
          : session.ask("looking for jobs in",
                        "SELECT id FROM jobs WHERE scenario = $1::text AND state = $2::text ORDER BY number "
                        "LIMIT $3::bigint",
                        Parameters().add(scenario).add(jobs::name(state)).add(std::int64_t{most}));
  if (!rows) return rows.error();
  std::vector<base::Id> ids;
  for (int row = 0; row < rows->size(); ++row) {
    FFWATT_TRY(const auto id, base::Id::parse(rows->text(row, 0)));
    ids.push_back(id);
  }
  return ids;
}

base::Result<std::map<jobs::JobState, std::int64_t>> count_jobs(Session& session) {
  FFWATT_TRY(const auto rows,
             session.ask("counting the jobs of", "SELECT state, sum(jobs) FROM " FFWATT_PG_COUNTED " GROUP BY state"));
  std::map<jobs::JobState, std::int64_t> counts;
  for (const auto state : jobs::all_job_states()) counts[state] = 0;
  for (int row = 0; row < rows.size(); ++row) {
    FFWATT_TRY(const auto state, jobs::parse_job_state(rows.text(row, 0)));
    counts[state] = rows.integer(row, 1);
  }
  return counts;
}

Statement fold_counts() {
  return {
      "WITH folded AS MATERIALIZED (DELETE FROM job_count_changes c USING job_count_folds f "
      "WHERE f.slot = own_slot() AND c.slot = f.slot AND c.sequence > f.folded_to "
      "RETURNING c.slot, c.sequence, c.scenario, c.state, c.jobs), "
      "moved AS (UPDATE job_count_folds SET folded_to = (SELECT max(sequence) FROM folded) "
      "WHERE slot = own_slot() AND EXISTS (SELECT 1 FROM folded)) "
      "INSERT INTO job_counts (slot, scenario, state, jobs) "
      "SELECT slot, scenario, state, sum(jobs) FROM folded GROUP BY slot, scenario, state "
      "ON CONFLICT (slot, scenario, state) DO UPDATE SET jobs = job_counts.jobs + excluded.jobs",
      {}};
}

}  // namespace store::postgres
