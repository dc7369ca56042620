#include "simulation/disk_vfs.h"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <set>

#include "simulation/machine_for_tests.h"
#include "store/store.h"

namespace simulation {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

constexpr const char* file = "/state/jobs.db";

store::JobRecord job(std::uint64_t number) {
  store::JobRecord record;
  record.job.id = base::Id::make(1'769'850'000'000 + number, number, 7);
  record.job.submission.spec.scenario = "1080p30-h264";
  record.job.submission.labels = {{"pad", std::string(200, 'x')}};
  record.job_class = "cpu";
  return record;
}
base::Result<void> add(store::Store& store, std::uint64_t number) {
  const auto added = store.insert({job(number)}, {}, units::WallTime());
  if (!added) return added.error();
  return {};
}

class DiskVfsTest : public testing::Test {
 protected:
  static std::unique_ptr<store::Store> open(Process& process, store::Log log = store::Log::small) {
    process.vfs.use();
    auto store = store::open_sqlite(process.host, file, log);
    EXPECT_TRUE(store) << store.error().text();
    return store ? *std::move(store) : nullptr;
  }
  std::string bytes(const char* path) {
    const auto found = machine_.disk.find(path);
    return found.error == 0 ? std::string(found.node->content.bytes()) : "(absent)";
  }

  Machine machine_;
};

TEST_F(DiskVfsTest, PutsTheDatabaseAndAllBesideItOnTheDisk) {
  Process process(machine_);
  const auto store = open(process);
  ASSERT_TRUE(add(*store, 1));
  EXPECT_THAT(*process.files.list("/state"), testing::ElementsAre("jobs.db", "jobs.db-wal", "jobs.db.lock"));
  EXPECT_EQ(process.files.status("/state/jobs.db-wal")->mode, 0600u);
  EXPECT_THAT(bytes("/state/jobs.db"), HasSubstr("SQLite format 3"));
}

TEST_F(DiskVfsTest, IsFoundAgainByTheNextProcess) {
  {
    Process process(machine_);
    ASSERT_TRUE(add(*open(process), 1));
  }
  Process process(machine_);
  EXPECT_TRUE(open(process)->record(job(1).job.id));
}

TEST_F(DiskVfsTest, AdmitsASecondReaderAndOneWriter) {
  Process process(machine_);
  const auto store = open(process);
  auto reader = store->open_reader();
  ASSERT_TRUE(reader) << reader.error().text();
  ASSERT_TRUE(store->begin());
  ASSERT_TRUE(add(*store, 1));
  EXPECT_EQ((*reader)->record(job(1).job.id).error().kind(), ErrorKind::absent);
  ASSERT_TRUE(store->commit());
  EXPECT_TRUE((*reader)->record(job(1).job.id));
  Process other(machine_);
  EXPECT_EQ(store::open_sqlite(other.host, file).error().kind(), ErrorKind::retry);
}

TEST_F(DiskVfsTest, KeepsMachinesApartThatUseTheSamePath) {
  Machine other_machine;
  Process one(machine_), other(other_machine);
  const auto first = open(one), second = open(other);
  ASSERT_TRUE(add(*first, 1));
  ASSERT_TRUE(add(*second, 2));
  EXPECT_TRUE(first->record(job(1).job.id));
  EXPECT_FALSE(first->record(job(2).job.id));
  EXPECT_TRUE(second->record(job(2).job.id));
  one.vfs.use();
  EXPECT_TRUE((*first->open_reader())->record(job(1).job.id));
}

TEST_F(DiskVfsTest, WritesTheSameBytesForTheSameSeed) {
  const auto run = [](std::uint64_t seed) {
    Machine machine(seed);
    Process process(machine);
    const auto store = open(process);
    for (std::uint64_t i = 0; i < 20; ++i) EXPECT_TRUE(add(*store, i));
    return std::string(machine.disk.find("/state/jobs.db-wal").node->content.bytes());
  };
  EXPECT_EQ(run(3), run(3));
  EXPECT_NE(run(3), run(4)) << "the log has salts in it";
}

TEST_F(DiskVfsTest, LetsNoExceptionThroughSqliteAndChangesNothingAfterIt) {
  Process process(machine_);
  const auto store = open(process);
  ASSERT_TRUE(add(*store, 1));
  process.files.before = at_step(1);
  const auto before = bytes("/state/jobs.db-wal");
  EXPECT_FALSE(process.vfs.crashed());
  const auto failed = add(*store, 2);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind(), ErrorKind::failed);
  EXPECT_TRUE(process.vfs.crashed());
  EXPECT_FALSE(store->record(job(1).job.id)) << "a dead process reads nothing";
  EXPECT_FALSE(store->health());
  EXPECT_EQ(bytes("/state/jobs.db-wal"), before);
}

TEST_F(DiskVfsTest, LetsTheNextProcessInWhenOneWasKilledWithTheFileOpen) {
  Process killed(machine_);
  const auto store = open(killed);
  ASSERT_TRUE(add(*store, 1));
  ASSERT_TRUE(store->begin());
  ASSERT_TRUE(add(*store, 2));
  killed.files.kill();
  {
    Process next(machine_);
    const auto after = open(next);
    ASSERT_TRUE(after);
    EXPECT_TRUE(after->record(job(1).job.id));
    EXPECT_FALSE(after->record(job(2).job.id));
    EXPECT_TRUE(add(*after, 3)) << "no lock is left";
  }
  EXPECT_FALSE(store->commit());
}

TEST_F(DiskVfsTest, NoticesThatTheFileWasTakenAway) {
  Process process(machine_);
  const auto store = open(process);
  EXPECT_TRUE(store->health());
  ASSERT_TRUE(process.files.rename(file, "/state/away"));
  EXPECT_THAT(store->health().error().text(), HasSubstr("was removed or replaced while it was in use"));
}

TEST_F(DiskVfsTest, GrowsTheLogThatLiesOnTheDiskOnce) {
  const auto writes_of_a_start = [&] {
    Process process(machine_);
    int writes = 0;
    process.files.before = [&](std::string_view operation, const os::Path&) { writes += operation == "write"; };
    const auto store = open(process, store::Log::grown);
    process.files.kill();  // a log outlives only those who do not close it
    return writes;
  };
  EXPECT_GT(writes_of_a_start(), 5000);
  EXPECT_GE(bytes("/state/jobs.db-wal").size(), 24u << 20);
  EXPECT_LT(writes_of_a_start(), 500);
}

TEST_F(DiskVfsTest, CopiesADatabaseOnItsOwnDiskAndReplacesNothingThere) {
  Process process(machine_);
  const auto store = open(process);
  ASSERT_TRUE(add(*store, 1));
  ASSERT_TRUE(process.files.write_durably("/empty", ""));
  EXPECT_EQ(store->backup("/empty").error().kind(), ErrorKind::invalid);
  EXPECT_EQ(store->backup("/state").error().kind(), ErrorKind::invalid);
  const auto copied = store->backup("/copy.db");
  ASSERT_TRUE(copied) << copied.error().text();
  EXPECT_THAT(bytes("/copy.db"), HasSubstr("SQLite format 3"));
  EXPECT_EQ(store->backup("/copy.db").error().kind(), ErrorKind::invalid);
}

TEST_F(DiskVfsTest, LetsTimePassWhileAFileIsBusy) {
  Process one(machine_), other(machine_);
  const auto raw = [](Process& process) {
    process.vfs.use();
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open("/a.db", &database), SQLITE_OK);
    sqlite3_busy_timeout(database, 1000);
    return database;
  };
  sqlite3 *writer = raw(one), *waiting = raw(other);
  const auto run = [](sqlite3* database, const char* sql) {
    return sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
  };
  EXPECT_EQ(run(writer, "CREATE TABLE t (x); BEGIN EXCLUSIVE"), SQLITE_OK);
  units::Seconds slept(0);
  other.vfs.sleep = [&](units::Seconds time) {
    slept = slept + time;
    EXPECT_TRUE(slept <= units::Seconds(0.2) || run(writer, "COMMIT") == SQLITE_OK);
  };
  EXPECT_EQ(run(waiting, "INSERT INTO t VALUES (1)"), SQLITE_OK);
  EXPECT_GT(slept, units::Seconds(0.2));
  EXPECT_EQ(run(waiting, "BEGIN EXCLUSIVE"), SQLITE_OK);
  EXPECT_EQ(run(writer, "SELECT * FROM t"), SQLITE_BUSY) << "without a `sleep` it gives up in no time";
  EXPECT_EQ(sqlite3_close(waiting), SQLITE_OK);
  EXPECT_EQ(sqlite3_close(writer), SQLITE_OK);
}

}  // namespace
}  // namespace simulation
