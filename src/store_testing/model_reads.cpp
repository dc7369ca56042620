#include "store_testing/model_reads.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "store_testing/model_results.h"

namespace store_testing {

base::Result<store::JobRecord> ModelReads::record(base::Id id) {
  FFWATT_CHECK(read());
  const auto it = data_.records.find(id);
  if (it == data_.records.end()) return base::Error::absent("no such job");
  return it->second;
}

base::Result<store::JobRecord> ModelReads::record_by_number(std::int64_t number) {
  FFWATT_CHECK(read());
  for (const auto& [id, record] : data_.records)
    if (record.job.number == number) return record;
  return base::Error::absent("no such job");
}

base::Result<wire::JobPage> ModelReads::list(const wire::JobQuery& query) {
  FFWATT_CHECK(read());
  wire::JobPage page;
  const auto before = query.cursor.empty() ? std::nullopt : base::to_int(query.cursor);
  if (!query.cursor.empty() && !before) return base::Error::invalid("the cursor is none of ours");
  std::vector<jobs::Job> matching;
  for (const auto& [id, record] : data_.records)
    if ((!query.state || record.job.state == *query.state) &&
        (query.scenario.empty() || record.job.submission.spec.scenario == query.scenario))
      matching.push_back(record.job);
  std::sort(matching.begin(), matching.end(), [](const auto& a, const auto& b) { return a.number > b.number; });
  page.count = static_cast<std::int64_t>(matching.size());
  for (auto& job : matching) {
    if (before && job.number >= *before) continue;
    if (static_cast<int>(page.jobs.size()) == query.limit) {
      page.next = base::format("{}", page.jobs.back().number);
      break;
    }
    job.report.reset();
    page.jobs.push_back(std::move(job));
  }
  return page;
}

base::Result<std::map<jobs::JobState, std::int64_t>> ModelReads::counts() {
  std::map<jobs::JobState, std::int64_t> counts;
  for (const auto state : jobs::all_job_states()) counts[state] = 0;
  for (const auto& [id, record] : data_.records) ++counts[record.job.state];
  return counts;
}

base::Result<std::vector<base::Id>> ModelReads::matching(jobs::JobState state, const std::string& scenario, int most) {
  std::vector<std::pair<std::int64_t, base::Id>> found;
  for (const auto& [id, record] : data_.records)
    if (record.job.state == state && (scenario.empty() || record.job.submission.spec.scenario == scenario))
      found.emplace_back(record.job.number, id);
  std::sort(found.begin(), found.end());
  std::vector<base::Id> ids;
  for (const auto& [number, id] : found)
    if (static_cast<int>(ids.size()) < most) ids.push_back(id);
  return ids;
}

base::Result<std::string> ModelReads::power_trace(const std::string& id) {
  const auto it = data_.power_traces.find(id);
  if (it == data_.power_traces.end()) return base::Error::absent("no such power trace");
  return it->second;
}

base::Result<jobs::Report> ModelReads::report(const std::string& id) {
  const auto it = data_.reports.find(id);
  if (it == data_.reports.end()) return base::Error::absent("no such report");
  return it->second;
}

base::Result<std::vector<jobs::Report>> ModelReads::reports(int limit) {
  std::vector<jobs::Report> all;
  for (const auto& [id, report] : data_.reports) all.push_back(report);
  all.resize(std::min(all.size(), static_cast<std::size_t>(limit)));
  return all;
}

base::Result<wire::ResultPage> ModelReads::results(const wire::ResultQuery& query) {
  FFWATT_CHECK(read());
  return ModelResults(data_.reports, query).page();
}

base::Result<void> ModelReads::health() {
  if (unhealthy_) return *unhealthy_;
  return {};
}

base::Result<void> ModelReads::read() {
  if (read_fails_) return *std::exchange(read_fails_, std::nullopt);
  return {};
}

}  // namespace store_testing
