// Lists by keyset: a page begins below the number at which the last one ended, so pages neither overlap nor miss a job,
// whatever is added meanwhile.
#include <limits>

#include "base/format.h"
#include "base/text.h"
#include "store/sqlite/job_queries.h"
#include "store/sqlite/job_rows.h"

namespace store::sqlite {
namespace {

using base::Error;

constexpr int most_listed = 500;
constexpr std::string_view cursor_mark = "before-";

base::Result<std::int64_t> before_of(const std::string& cursor) {
  if (cursor.empty()) return std::numeric_limits<std::int64_t>::max();
  const std::string_view text = cursor;
  const auto number = text.starts_with(cursor_mark) ? base::to_int(text.substr(cursor_mark.size())) : std::nullopt;
  if (!number || *number < 1)
    return Error::invalid(
        base::format("'{}' is no cursor of a list; use `next` of the page before, or none", text.substr(0, 64)));
  return *number;
}

// A list of one scenario is merged from its states, each of which the index has in order.
#define FFWATT_OF_STATE(state)                                                                                 \
  "SELECT * FROM (SELECT number FROM jobs INDEXED BY jobs_by_scenario WHERE scenario = ?1 AND state = '" state \
  "' AND number < ?2 ORDER BY number DESC LIMIT ?3)"

std::string_view page_sql(const wire::JobQuery& query) {
  if (query.state && !query.scenario.empty())
    return "SELECT " FFWATT_JOB_COLUMNS
           " FROM jobs INDEXED BY jobs_by_scenario WHERE scenario = ? AND state = ? AND number < ? "
           "ORDER BY number DESC LIMIT ?";
  if (!query.scenario.empty())
    return "SELECT " FFWATT_JOB_COLUMNS " FROM jobs WHERE number IN (" FFWATT_OF_STATE("queued") " UNION ALL "  //
        FFWATT_OF_STATE("running") " UNION ALL " FFWATT_OF_STATE("canceling") " UNION ALL "                     //
        FFWATT_OF_STATE("paused") " UNION ALL " FFWATT_OF_STATE("completed") " UNION ALL "                      //
        FFWATT_OF_STATE("failed") " UNION ALL " FFWATT_OF_STATE("canceled") ") ORDER BY number DESC LIMIT ?3";
  if (query.state)
    return "SELECT " FFWATT_JOB_COLUMNS
           " FROM jobs INDEXED BY jobs_by_state WHERE state = ? AND number < ? ORDER BY number DESC LIMIT ?";
  return "SELECT " FFWATT_JOB_COLUMNS " FROM jobs WHERE number < ? ORDER BY number DESC LIMIT ?";
}

// Oldest first, for changes of many: those that are changed leave the list, or it is asked again from the last one on.
std::string_view matching_sql(const wire::JobQuery& query) {
  if (query.state && !query.scenario.empty())
    return "SELECT id FROM jobs INDEXED BY jobs_by_scenario WHERE scenario = ? AND state = ? AND number > ? "
           "ORDER BY number LIMIT ?";
  if (query.state)
    return "SELECT id FROM jobs INDEXED BY jobs_by_state WHERE state = ? AND number > ? ORDER BY number LIMIT ?";
  if (!query.scenario.empty()) return "SELECT id FROM jobs WHERE scenario = ? AND number > ? ORDER BY number LIMIT ?";
  return "SELECT id FROM jobs WHERE number > ? ORDER BY number LIMIT ?";
}

std::string_view count_sql(const wire::JobQuery& query) {
  if (query.state && !query.scenario.empty())
    return "SELECT total(jobs) FROM job_counts WHERE scenario = ? AND state = ?";
  if (!query.scenario.empty()) return "SELECT total(jobs) FROM job_counts WHERE scenario = ?";
  if (query.state) return "SELECT total(jobs) FROM job_counts WHERE state = ?";
  return "SELECT total(jobs) FROM job_counts";
}

void bind_filters(Query& rows, const wire::JobQuery& query) {
  if (!query.scenario.empty()) rows.bind(query.scenario);
  if (query.state) rows.bind(jobs::name(*query.state));
}

}  // namespace

base::Result<wire::JobPage> list_jobs(Connection& connection, const wire::JobQuery& query) {
  if (query.limit < 1 || query.limit > most_listed)
    return Error::invalid(base::format("limit must be from 1 to {}, not {}", most_listed, query.limit));
  FFWATT_TRY(const auto before, before_of(query.cursor));
  return connection.run("listing the jobs of", [&]() -> base::Result<wire::JobPage> {
    wire::JobPage page;
    Query rows(connection, page_sql(query));
    bind_filters(rows, query);
    rows.bind(before).bind(std::int64_t{query.limit} + 1);
    while (rows.step()) {
      if (page.jobs.size() == static_cast<std::size_t>(query.limit)) {
        page.next = base::format("{}{}", cursor_mark, page.jobs.back().number);
        break;
      }
      FFWATT_TRY(auto job, listed_job_at(connection, rows));
      page.jobs.push_back(std::move(job));
    }
    Query count(connection, count_sql(query));
    bind_filters(count, query);
    if (count.step()) page.count = count.integer(0);
    return page;
  });
}

base::Result<std::vector<base::Id>> matching_jobs(Connection& connection, const wire::JobQuery& query, int most) {
  return connection.run("looking for jobs in", [&]() -> base::Result<std::vector<base::Id>> {
    std::vector<base::Id> ids;
    Query rows(connection, matching_sql(query));
    bind_filters(rows, query);
    rows.bind(std::int64_t{0}).bind(std::int64_t{most});
    while (rows.step()) {
      FFWATT_TRY(const auto id, base::Id::parse(rows.text(0)));
      ids.push_back(id);
    }
    return ids;
  });
}

}  // namespace store::sqlite
