// Lists by keyset (store/cursor.h).
#include <algorithm>
#include <functional>

#include "base/format.h"
#include "store/cursor.h"
#include "store/sqlite/job_queries.h"
#include "store/sqlite/job_rows.h"

namespace store::sqlite {
namespace {

using base::Error;

// The numbers of one scenario's jobs in one state, from the newest below `before` on.
void collect(Connection& connection, const std::string& scenario, jobs::JobState state, std::int64_t before,
             std::int64_t most, std::vector<std::int64_t>& into) {
  Query rows(connection,
             "SELECT number FROM jobs INDEXED BY jobs_by_scenario WHERE scenario = ? AND state = ? AND number < ? "
             "ORDER BY number DESC LIMIT ?");
  rows.bind(scenario).bind(jobs::name(state)).bind(before).bind(most);
  while (rows.step()) into.push_back(rows.integer(0));
}

// The newest that match: each scenario and state has them in order, so at most `most` of each can be among them.
std::vector<std::int64_t> newest(Connection& connection, const CountBoard& board, const wire::JobQuery& query,
                                 std::int64_t before, std::int64_t most) {
  std::vector<std::int64_t> numbers;
  for (const auto state : jobs::all_job_states()) {
    if (query.state && *query.state != state) continue;
    if (!query.scenario.empty()) {
      collect(connection, query.scenario, state, before, most, numbers);
    } else {
      for (const auto& scenario : board.scenarios(state)) collect(connection, scenario, state, before, most, numbers);
    }
  }
  std::sort(numbers.begin(), numbers.end(), std::greater<>());
  if (numbers.size() > static_cast<std::size_t>(most)) numbers.resize(static_cast<std::size_t>(most));
  return numbers;
}

base::Result<jobs::Job> job_numbered(Connection& connection, std::int64_t number) {
  Query row(connection, "SELECT " FFWATT_LISTED_COLUMNS " FROM jobs WHERE number = ?");
  if (!row.bind(number).step()) return Error::absent(base::format("there is no job #{}", number));
  return listed_job_at(connection, row);
}

}  // namespace

base::Result<wire::JobPage> list_jobs(Connection& connection, const CountBoard& board, const wire::JobQuery& query) {
  FFWATT_TRY(const auto before, page_start(query));
  return connection.run("listing the jobs of", [&]() -> base::Result<wire::JobPage> {
    wire::JobPage page;
    page.count = board.matching(query);
    const auto limit = static_cast<std::size_t>(query.limit);
    const auto take = [&](jobs::Job job) {
      if (page.jobs.size() < limit)
        page.jobs.push_back(std::move(job));
      else
        page.next = cursor_below(page.jobs.back().number);
    };
    if (!query.state && query.scenario.empty()) {
      Query rows(connection,
                 "SELECT " FFWATT_LISTED_COLUMNS " FROM jobs WHERE number < ? ORDER BY number DESC LIMIT ?");
      rows.bind(before).bind(std::int64_t{query.limit} + 1);
      while (rows.step()) {
        FFWATT_TRY(auto job, listed_job_at(connection, rows));
        take(std::move(job));
      }
      return page;
    }
    for (const auto number : newest(connection, board, query, before, std::int64_t{query.limit} + 1)) {
      auto job = job_numbered(connection, number);
      if (!job && job.error().kind() == base::ErrorKind::absent) continue;  // removed since
      if (!job) return job.error();
      take(*std::move(job));
    }
    return page;
  });
}

base::Result<std::vector<base::Id>> matching_jobs(Connection& connection, const CountBoard& board, jobs::JobState state,
                                                  const std::string& scenario, int most) {
  return connection.run("looking for jobs in", [&]() -> base::Result<std::vector<base::Id>> {
    std::vector<std::pair<std::int64_t, std::string>> found;
    const auto scenarios = scenario.empty() ? board.scenarios(state) : std::vector<std::string>{scenario};
    for (const auto& one : scenarios) {
      Query rows(connection,
                 "SELECT number, id FROM jobs INDEXED BY jobs_by_scenario WHERE scenario = ? AND state = ? "
                 "ORDER BY number LIMIT ?");
      rows.bind(one).bind(jobs::name(state)).bind(std::int64_t{most});
      while (rows.step()) found.emplace_back(rows.integer(0), rows.text(1));
    }
    std::sort(found.begin(), found.end());
    std::vector<base::Id> ids;
    for (const auto& [number, text] : found) {
      if (static_cast<int>(ids.size()) == most) break;
      FFWATT_TRY(const auto id, base::Id::parse(text));
      ids.push_back(id);
    }
    return ids;
  });
}

}  // namespace store::sqlite
