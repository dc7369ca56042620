// SQLite as ffwatt uses it on a disk that loses its power: whatever was acknowledged is there afterwards.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <set>

#include "base/format.h"
#include "simulation/machine_for_tests.h"
#include "store/store.h"

namespace simulation {
namespace {

constexpr const char* file = "/state/jobs.db";

base::Id id_of(std::uint64_t number) { return base::Id::make(1'769'850'000'000 + number, number, 7); }

store::JobRecord job(std::uint64_t number) {
  store::JobRecord record;
  record.job.id = id_of(number);
  record.job.submission.spec.scenario = "1080p30-h264";
  record.job.submission.labels = {{"pad", std::string(number * 97 % 250, 'x')}};
  record.job_class = "cpu";
  return record;
}

// SQLite's own look at every page; "ok": they agree.
std::string integrity(const char* path) {
  sqlite3* database = nullptr;
  std::string found;
  const auto keep = [](void* into, int, char** values, char**) {
    static_cast<std::string*>(into)->append(values[0]);
    return 0;
  };
  if (sqlite3_open(path, &database) != SQLITE_OK ||
      sqlite3_exec(database, "PRAGMA integrity_check", keep, &found, nullptr) != SQLITE_OK)
    found += sqlite3_errmsg(database);
  sqlite3_close(database);
  return found;
}

// What a master has acknowledged until it was killed before its step n.
struct Work {
  bool finished = false;
  std::set<std::uint64_t> acknowledged;
};
Work work(Machine& machine, int killed_before, std::uint64_t first_job = 1) {
  constexpr std::uint64_t commits = 8;
  Work done;
  Process process(machine);
  process.files.before = at_step(killed_before);
  base::Result<std::unique_ptr<store::Store>> store = base::Error::absent("not opened yet");
  try {
    store = store::open_sqlite(process.host, file);
  } catch (const Killed&) {
  }
  for (std::uint64_t i = 1; store && i <= commits; ++i) {
    if (i == commits / 2) {  // what a moment of rest does
      sqlite3* other = nullptr;
      EXPECT_EQ(sqlite3_open(file, &other), process.vfs.crashed() ? SQLITE_IOERR : SQLITE_OK);
      sqlite3_exec(other, "PRAGMA wal_checkpoint(RESTART)", nullptr, nullptr, nullptr);
      sqlite3_close(other);
    }
    const auto number = first_job + i;
    if ((*store)->insert({job(number)}, {}, units::WallTime())) done.acknowledged.insert(number);
  }
  done.finished = !process.vfs.crashed();
  return done;
}

// Empty, or what is wrong.
std::string look(Machine& machine, const std::set<std::uint64_t>& acknowledged) {
  Process process(machine);
  const auto store = store::open_sqlite(process.host, file);
  if (!store) return store.error().text();
  for (const auto number : acknowledged)
    if (const auto record = (*store)->record(id_of(number)); !record) return record.error().text();
  if (const auto added = (*store)->insert({job(999)}, {}, units::WallTime()); !added) return added.error().text();
  const auto pages = integrity(file);
  return pages == "ok" ? "" : pages;
}

TEST(SqliteAndPowerLoss, LoseNothingThatWasAcknowledgedWhereverItIsKilled) {
  int cuts = 0;
  for (bool finished = false; !finished; ++cuts) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      Machine machine(seed * 1'000'003 + static_cast<std::uint64_t>(cuts));
      auto done = work(machine, cuts + 1);
      if (seed == 2) {  // another master goes on before the power is lost
        const auto more = work(machine, 1 + static_cast<int>(machine.random.next() % 150), 100);
        done.acknowledged.insert(more.acknowledged.begin(), more.acknowledged.end());
      }
      machine.disk.lose_power(machine.random);
      const auto wrong = look(machine, done.acknowledged);
      ASSERT_EQ(wrong, "") << "killed before step " << cuts + 1 << ", seed " << seed;
      finished = done.finished;
    }
  }
  EXPECT_GT(cuts, 100) << "so many steps have eight commits and a start";
}

TEST(SqliteAndPowerLoss, LoseSomethingWhereTheDiskOnlySaysThatItSyncs) {
  int lost = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Machine machine(seed);
    machine.disk.set_syncs(Disk::Syncs::ignored);
    const auto done = work(machine, 1'000'000);
    EXPECT_EQ(done.acknowledged.size(), 8u);
    machine.disk.lose_power(machine.random);
    lost += !look(machine, done.acknowledged).empty();
  }
  EXPECT_GT(lost, 5);
}

TEST(SqliteAndPowerLoss, LoseNothingOfTheRunsOfAUser) {
  int cuts = 0;
  for (bool finished = false; !finished; ++cuts) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      Machine machine(seed * 1'000'003 + static_cast<std::uint64_t>(cuts));
      std::set<std::string> acknowledged;
      const auto run = [&](int killed_before, int first_run) {
        Process process(machine);
        process.files.before = at_step(killed_before);
        try {
          for (int i = first_run; i < first_run + 3; ++i) {
            const auto runs = store::open_local(process.host, file);
            jobs::Report report;
            report.id = base::format("run{}", i);
            report.kind = "run";
            if (runs && (*runs)->add_report(report)) acknowledged.insert(report.id);
          }
        } catch (const Killed&) {
        }
        return !process.vfs.crashed();
      };
      finished = run(cuts + 1, 1);
      if (seed == 2) run(1 + static_cast<int>(machine.random.next() % 100), 10);
      machine.disk.lose_power(machine.random);
      Process process(machine);
      const auto runs = store::open_local(process.host, file);
      ASSERT_TRUE(runs) << runs.error().text() << "; killed before step " << cuts + 1 << ", seed " << seed;
      for (const auto& id : acknowledged)
        ASSERT_TRUE((*runs)->report(id)) << id << "; killed before step " << cuts + 1 << ", seed " << seed;
      ASSERT_EQ(integrity(file), "ok");
    }
  }
  EXPECT_GT(cuts, 50);
}

}  // namespace
}  // namespace simulation
