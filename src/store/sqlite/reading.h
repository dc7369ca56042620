// What every kind of store in a SQLite file reads in the same way. Inside of `store`.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite/connection.h"
#include "store/sqlite/job_queries.h"
#include "store/sqlite/job_table.h"
#include "store/sqlite/report_facts.h"
#include "store/sqlite/report_table.h"
#include "store/store.h"

namespace store::sqlite {

// The reports of any of Results, Reader and Store.
template <class Interface>
class ReadsReports : public Interface {
 public:
  explicit ReadsReports(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  base::Result<jobs::Report> report(const std::string& id) override { return find_report(*connection_, id); }
  base::Result<std::vector<jobs::Report>> reports(int limit) override { return newest_reports(*connection_, limit); }
  base::Result<wire::ResultPage> results(const wire::ResultQuery& query) override {
    return find_results(*connection_, query);
  }
  base::Result<std::string> power_trace(const std::string& id) override { return find_power_trace(*connection_, id); }

 protected:
  std::unique_ptr<Connection> connection_;
};

// The jobs besides, of Reader and Store.
template <class Interface>
class ReadsJobs : public ReadsReports<Interface> {
 public:
  ReadsJobs(std::unique_ptr<Connection> connection, std::shared_ptr<CountBoard> board)
      : ReadsReports<Interface>(std::move(connection)), board_(std::move(board)) {}

  base::Result<JobRecord> record(base::Id id) override { return find_record(*this->connection_, id); }
  base::Result<JobRecord> record_by_number(std::int64_t number) override {
    return find_record(*this->connection_, number);
  }
  base::Result<std::vector<Change>> history(base::Id id) override { return changes_of(*this->connection_, id); }
  base::Result<wire::JobPage> list(const wire::JobQuery& query) override {
    return list_jobs(*this->connection_, *board_, query);
  }
  base::Result<std::map<jobs::JobState, std::int64_t>> counts() override { return board_->by_state(); }
  base::Result<void> backup(const os::Path& file) override { return copy_into(*this->connection_, file); }

 protected:
  std::shared_ptr<CountBoard> board_;
};

}  // namespace store::sqlite
