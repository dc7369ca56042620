#include "kill/queue_under_test.h"

#include <sqlite3.h>

#include <algorithm>

#include "base/format.h"

namespace bench {
namespace {

// So many jobs in one commit at most: what group commit makes of a few clients.
constexpr std::uint64_t most_new = 12, most_advanced = 6;

// SQLite's own look at every page; empty: they agree.
std::string faults_of(const os::Path& file) {
  sqlite3* database = nullptr;
  std::string found;
  const auto keep = [](void* into, int, char** values, char**) {
    const std::string text = values[0] ? values[0] : "";
    if (text != "ok") *static_cast<std::string*>(into) += text + "; ";
    return 0;
  };
  if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK ||
      sqlite3_exec(database, "PRAGMA integrity_check", keep, &found, nullptr) != SQLITE_OK)
    found += sqlite3_errmsg(database);
  sqlite3_close(database);
  return found;
}

}  // namespace

QueueUnderTest::QueueUnderTest(os::Host& host, Recorder& recorder, std::uint64_t seed)
    : host_(host), recorder_(recorder), random_(seed), now_(*units::parse_rfc3339("2026-01-31T09:00:00.000Z")) {}

base::Result<void> QueueUnderTest::open(const os::Path& file) {
  FFWATT_TRY(store_, store::open_sqlite(host_, file));
  return {};
}

store::JobRecord QueueUnderTest::new_job() {
  store::JobRecord record;
  record.job.id = base::Id::make(static_cast<std::uint64_t>(now_.nanoseconds() / 1'000'000), random_(), random_());
  record.job.created = record.job.changed = now_;
  record.job.submission.spec.scenario = "720p30-h264";
  record.job.submission.labels = {{"pad", std::string(random_() % 250, 'x')}};
  record.job_class = "libx264";
  return record;
}

base::Result<void> QueueUnderTest::advance(store::JobRecord record, std::vector<Acknowledged>& changed) {
  using State = jobs::JobState;
  record.job.state = record.job.state == State::queued ? State::running : State::completed;
  record.job.changed = now_;
  if (record.job.state == State::running)
    record.lease = jobs::Lease{record.job.id, 1, "00112233445566778899aabbccddeeff"};
  FFWATT_CHECK(store_->save(record, {"step", "bench", "", now_}));
  changed.push_back({0, record.job.id, record.version});
  if (record.job.state == State::completed) std::erase(live_, record.job.id);
  return {};
}

base::Result<void> QueueUnderTest::commit_some() {
  now_ = now_ + units::Seconds(0.001);
  std::vector<Acknowledged> changed;
  FFWATT_CHECK(store_->begin());
  std::vector<store::JobRecord> records;
  for (auto left = 1 + random_() % most_new; left > 0; --left) records.push_back(new_job());
  const auto fresh = records;
  FFWATT_CHECK(store_->insert(std::move(records), {}, now_));
  for (auto left = random_() % most_advanced; left > 0 && !live_.empty(); --left) {
    FFWATT_TRY(auto record, store_->record(live_[random_() % live_.size()]));
    FFWATT_CHECK(advance(std::move(record), changed));
  }
  FFWATT_CHECK(store_->commit());
  for (const auto& record : fresh) {
    live_.push_back(record.job.id);
    changed.push_back({0, record.job.id, 0});
  }
  const auto position = recorder_.position();
  for (auto& each : changed) {
    each.position = position;
    acknowledged_.push_back(each);
  }
  return {};
}

base::Result<std::size_t> missing_in(os::Host& host, const os::Path& file,
                                     const std::vector<Acknowledged>& acknowledged, std::size_t position) {
  std::map<base::Id, std::int64_t> owed;
  for (const auto& each : acknowledged)
    if (each.position <= position) owed[each.job] = std::max(owed[each.job], each.version);
  std::size_t missing = 0;
  {
    FFWATT_TRY(const auto store, store::open_sqlite(host, file));
    for (const auto& [id, version] : owed) {
      const auto record = store->record(id);
      if (!record && record.error().kind() != base::ErrorKind::absent) return record.error();
      if (!record || record->version < version) ++missing;
    }
  }
  if (const auto faults = faults_of(file); !faults.empty())
    return base::Error::failed(base::format("{}: {}", file.string(), faults));
  return missing;
}

}  // namespace bench
