// What the store and the readers beside it read in the same way. Inside of `store`.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/format.h"
#include "store/postgres/job_queries.h"
#include "store/postgres/job_table.h"
#include "store/postgres/report_table.h"
#include "store/postgres/session.h"
#include "store/store.h"

namespace store::postgres {

template <class Interface>
class Reads : public Interface {
 public:
  Reads(std::unique_ptr<Connection> connection, std::shared_ptr<Walks> walks)
      : session_(std::move(connection)), walks_(std::move(walks)) {}

  base::Result<jobs::Report> report(const std::string& id) override { return find_report(session_, id); }
  base::Result<std::vector<jobs::Report>> reports(int limit) override { return newest_reports(session_, limit); }
  base::Result<wire::ResultPage> results(const wire::ResultQuery& query) override {
    return find_results(session_, query, *walks_);
  }
  base::Result<std::string> power_trace(const std::string& id) override { return find_power_trace(session_, id); }
  base::Result<JobRecord> record(base::Id id) override { return find_record(session_, id); }
  base::Result<JobRecord> record_by_number(std::int64_t number) override { return find_record(session_, number); }
  base::Result<std::vector<Change>> history(base::Id id) override { return changes_of(session_, id); }
  base::Result<wire::JobPage> list(const wire::JobQuery& query) override { return list_jobs(session_, query); }
  base::Result<std::map<jobs::JobState, std::int64_t>> counts() override { return count_jobs(session_); }
  base::Result<void> backup(const os::Path&) override {
    return base::Error::invalid(
        base::format("{} is copied by PostgreSQL's own tools: `pg_dump --schema=ffwatt --format=custom` while it "
                     "serves, or a base backup with its log archive",
                     session_.where()));
  }

 protected:
  Session session_;
  const std::shared_ptr<Walks> walks_;  // of the store and all its readers
};

}  // namespace store::postgres
