// The store of a master in one SQLite file. Every duty is in a file of its own; here they meet the interface.
#include <sqlite3.h>

#include "base/format.h"
#include "json/json.h"
#include "store/sqlite/job_queries.h"
#include "store/sqlite/job_table.h"
#include "store/sqlite/migrate.h"
#include "store/sqlite/node_table.h"
#include "store/sqlite/opening.h"
#include "store/sqlite/report_table.h"
#include "store/store.h"

namespace store {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::unique_ptr<os::FileLock> lock, std::unique_ptr<sqlite::Connection> connection)
      : lock_(std::move(lock)), connection_(std::move(connection)) {}

  base::Result<void> add_report(const jobs::Report& report) override {
    return sqlite::add_report(*connection_, report);
  }
  base::Result<jobs::Report> report(const std::string& id) override { return sqlite::find_report(*connection_, id); }
  base::Result<std::vector<jobs::Report>> reports(int limit) override {
    return sqlite::newest_reports(*connection_, limit);
  }
  base::Result<std::string> power_trace(const std::string& id) override {
    return sqlite::find_power_trace(*connection_, id);
  }
  base::Result<void> put_power_trace(base::Id job, const std::string& trace) override {
    return sqlite::put_power_trace(*connection_, job.text(), trace);
  }

  base::Result<void> begin() override { return connection_->begin(); }
  base::Result<void> commit() override { return connection_->commit(); }
  void rollback() override { connection_->rollback(); }
  Room room() const override { return connection_->is_full() ? Room::none : Room::enough; }

  base::Result<Inserted> insert(std::vector<JobRecord> records, const std::optional<IdempotencyKey>& key,
                                units::WallTime now) override {
    return sqlite::insert_jobs(*connection_, std::move(records), key, now);
  }
  base::Result<JobRecord> record(base::Id id) override { return sqlite::find_record(*connection_, id); }
  base::Result<JobRecord> record_by_number(std::int64_t number) override {
    return sqlite::find_record(*connection_, number);
  }
  base::Result<void> save(JobRecord& record, const Change& change) override {
    return sqlite::save_record(*connection_, record, change);
  }
  base::Result<std::vector<Change>> history(base::Id id) override { return sqlite::changes_of(*connection_, id); }

  base::Result<std::optional<JobRecord>> next_ready(std::span<const std::string> classes, units::WallTime now,
                                                    std::span<const base::Id> except) override {
    return sqlite::next_ready(*connection_, classes, now, except);
  }
  base::Result<std::vector<std::pair<std::string, jobs::Needs>>> ready_classes() override {
    return sqlite::ready_classes(*connection_, known_needs_);
  }
  base::Result<std::vector<JobRecord>> leased() override { return sqlite::leased(*connection_); }
  base::Result<wire::JobPage> list(const wire::JobQuery& query) override {
    return sqlite::list_jobs(*connection_, query);
  }
  base::Result<std::map<jobs::JobState, std::int64_t>> counts() override { return sqlite::count_jobs(*connection_); }

  base::Result<void> put_node(const jobs::Node& node) override { return sqlite::put_node(*connection_, node); }
  base::Result<std::vector<jobs::Node>> nodes() override { return sqlite::all_nodes(*connection_); }

  base::Result<void> health() override {
    return connection_->run("asking", [&]() -> base::Result<void> {
      sqlite::Query(*connection_, "SELECT count(*) FROM nodes").step();
      // A file that was deleted or replaced under us takes everything with a smile and loses it.
      int moved = 0;
      sqlite3_file_control(connection_->database().getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
      if (moved != 0)
        return base::Error::failed(base::format("{} was removed or replaced while it was in use; restart the master",
                                                connection_->file().string()));
      return {};
    });
  }

 private:
  std::unique_ptr<os::FileLock> lock_;  // released after the connection is closed
  std::unique_ptr<sqlite::Connection> connection_;
  std::map<std::string, jobs::Needs> known_needs_;
};

}  // namespace

base::Result<std::unique_ptr<Store>> open_sqlite(os::Host& host, const os::Path& file) {
  FFWATT_CHECK(sqlite::prepare_folder(host, file));
  const auto lock_file = sqlite::lock_file_of(file);
  auto lock = host.files.lock(lock_file, os::Files::Wait::no);
  if (!lock && lock.error().kind() == base::ErrorKind::retry)
    return base::Error::retry(
        base::format("another process holds {}: a master runs on {} already; stop it (`fuser -v {}` finds it), or name "
                     "another place",
                     lock_file.string(), file.string(), lock_file.string()));
  if (!lock) return lock.error();
  FFWATT_CHECK(sqlite::prepare_file(host, file));
  FFWATT_TRY(auto connection, sqlite::Connection::open(file, sqlite::Connection::Journal::wal));
  FFWATT_CHECK(sqlite::migrate(*connection));
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(*std::move(lock), std::move(connection)));
}

}  // namespace store
