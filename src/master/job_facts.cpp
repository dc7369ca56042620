#include "master/job_facts.h"

#include <algorithm>
#include <optional>

#include "json/json.h"
#include "wire/result_facts.h"

namespace master {

base::Result<std::map<base::Id, json::Value>> job_facts(store::Reader& reader, const std::vector<jobs::Job>& jobs) {
  std::map<base::Id, json::Value> found;
  std::map<std::string, base::Id> wanted;
  // Of a job in a list mostly its neighbours are in it too: their results began between the first submission and the
  // last change, and one question for those is a tenth of the cost of reading each report.
  wire::ResultQuery query;
  for (const auto& job : jobs) {
    if (!jobs::is_terminal(job.state) || job.attempts.empty()) continue;
    wanted.emplace(job.id.text(), job.id);
    query.since = query.since ? std::min(*query.since, job.created) : job.created;
    query.until = query.until ? std::max(*query.until, job.changed) : job.changed;
  }
  if (wanted.empty()) return found;
  query.limit = wire::most_results;
  query.wanted = wire::ResultQuery::Wanted::facts;
  FFWATT_TRY(const auto page, reader.results(query));
  for (const auto& row : page.rows) {
    FFWATT_TRY(auto facts, json::parse(row));
    const auto& id = facts.at("id");
    const auto job = id.is_string() ? wanted.find(id.as_string()) : wanted.end();
    if (job == wanted.end()) continue;
    found.emplace(job->second, std::move(facts));
    wanted.erase(job);
  }
  // Far apart, or of a node whose clock is wrong.
  for (const auto& [text, id] : wanted) {
    const auto report = reader.report(text);
    if (report)
      found.emplace(id, wire::encode_facts(*report));
    else if (report.error().kind() != base::ErrorKind::absent)
      return report.error();
  }
  return found;
}

}  // namespace master
