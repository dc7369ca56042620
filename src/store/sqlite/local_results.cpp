// The runs of one user. Many `ffwatt run` may end at once; in WAL mode their connections would meet SQLite 3.40's
// WAL-reset race, so they use a rollback journal and take turns by a lock file.
#include <stop_token>

#include "base/format.h"
#include "store/sqlite/migrate.h"
#include "store/sqlite/opening.h"
#include "store/sqlite/reading.h"
#include "store/sqlite/report_facts.h"
#include "store/store.h"

namespace store {
namespace {

// A write takes milliseconds. Whoever holds the lock for so long is stopped, or is a master that serves this file.
constexpr units::Seconds patience{10};
constexpr units::Seconds pause{0.002};

base::Result<std::unique_ptr<os::FileLock>> turn(os::Host& host, const os::Path& file) {
  const auto lock_file = sqlite::lock_file_of(file);
  const auto deadline = host.clock.boot() + patience;
  for (;;) {
    auto lock = host.files.lock(lock_file, os::Files::Wait::no);
    if (lock || lock.error().kind() != base::ErrorKind::retry) return lock;
    const auto now = host.clock.boot();
    if (now >= deadline)
      return base::Error::retry(
          base::format("another process has held {} for {:.0f} s; `fuser -v {}` finds it; try again when it has ended",
                       lock_file.string(), patience.value(), lock_file.string()));
    host.clock.sleep_until(now + pause, std::stop_token{});
  }
}

class LocalResults final : public sqlite::ReadsReports<LocalRuns> {
 public:
  LocalResults(os::Host& host, std::unique_ptr<sqlite::Connection> connection)
      : ReadsReports(std::move(connection)), host_(host) {}

  base::Result<void> add_report(const jobs::Report& report) override {
    FFWATT_TRY(const auto lock, turn(host_, connection_->file()));
    // Here and not at the opening, since who only reads need not wait for the disk.
    FFWATT_CHECK(sqlite::prepare_folder(host_, connection_->file()));
    return sqlite::add_report(*connection_, report);
  }
  base::Result<void> put_tags(const std::string& id, const std::map<std::string, std::string>& tags) override {
    FFWATT_TRY(const auto lock, turn(host_, connection_->file()));
    return sqlite::put_tags(*connection_, id, tags);
  }
  base::Result<void> remove_report(const std::string& id) override {
    FFWATT_TRY(const auto lock, turn(host_, connection_->file()));
    return sqlite::remove_report(*connection_, id);
  }

 private:
  os::Host& host_;
};

}  // namespace

base::Result<std::unique_ptr<LocalRuns>> open_local(os::Host& host, const os::Path& file) {
  using Connection = sqlite::Connection;
  std::unique_ptr<os::FileLock> lock;
  if (!host.files.exists(file)) {
    FFWATT_CHECK(sqlite::prepare_folder(host, file));
    FFWATT_TRY(lock, turn(host, file));
    FFWATT_CHECK(sqlite::prepare_file(host, file));
  }
  FFWATT_TRY(auto connection, Connection::open(file, Connection::Journal::rollback));
  FFWATT_TRY(const int version, sqlite::schema_version(*connection));
  const bool old_schema = version < static_cast<int>(sqlite::migrations().size());
  auto facts_are = sqlite::FactsAre::outdated;
  if (!old_schema) {
    FFWATT_TRY(facts_are, sqlite::state_of_facts(*connection));
  }
  if (facts_are == sqlite::FactsAre::outdated) {
    if (!lock) {
      FFWATT_TRY(lock, turn(host, file));
    }
    FFWATT_CHECK(sqlite::migrate(*connection));
    FFWATT_CHECK(sqlite::refresh_facts(*connection));
  }
  return std::unique_ptr<LocalRuns>(std::make_unique<LocalResults>(host, std::move(connection)));
}

}  // namespace store
