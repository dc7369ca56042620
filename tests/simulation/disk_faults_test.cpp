// A master's store on a disk that fails at its n-th step, n = 1, 2, … until it does not matter any more, or that is
// full after so many blocks. What must hold: whatever was acknowledged is there after a loss of power and a new start;
// after an error of the disk nothing is believed any more; a full disk refuses what grows, and nothing else, until
// there is room.
#include <errno.h>
#include <gmock/gmock.h>

#include <map>
#include <optional>

#include "base/format.h"
#include "simulation/machine_for_tests.h"
#include "store/store.h"

namespace simulation {
namespace {

using base::ErrorKind;
using testing::HasSubstr;

constexpr const char* file = "/var/state/jobs.db";

store::JobRecord new_job(std::uint64_t number) {
  store::JobRecord record;
  record.job.id = base::Id::make(1'769'850'000'000 + number, number, 7);
  record.job.submission.spec.scenario = "1080p30-h264";
  record.job.submission.labels = {{"pad", std::string(200, 'x')}};
  record.job_class = "cpu";
  return record;
}

// What was acknowledged: the version of each job, at least.
using Owed = std::map<base::Id, std::int64_t>;

class Master {
 public:
  explicit Master(Machine& machine) : process_(machine) {}
  base::Result<void> open(store::Log log = store::Log::small) {
    FFWATT_TRY(store_, store::open_sqlite(process_.host, file, log));
    return {};
  }
  store::Store& store() { return *store_; }
  bool is_open() const { return store_ != nullptr; }

  // Three jobs come in, and are run to their end.
  base::Result<void> work(Owed& owed) {
    jobs::Node node;
    node.id = base::Id::make(1, 1, 1);
    node.facts.name = "worker";
    FFWATT_CHECK(store_->put_node(node, {}));
    for (std::uint64_t number = 1; number <= 3; ++number) {
      auto record = new_job(number);
      FFWATT_CHECK(store_->begin());
      FFWATT_CHECK(store_->insert({record, new_job(number + 10)}, {}, {}));
      FFWATT_CHECK(store_->commit());
      owed[record.job.id] = owed[new_job(number + 10).job.id] = 0;
      for (const auto state : {jobs::JobState::running, jobs::JobState::completed}) {
        FFWATT_TRY(record, store_->record(record.job.id));
        record.job.state = state;
        FFWATT_CHECK(store_->save(record, {"step", "tester", "", {}}));
        owed[record.job.id] = record.version;
      }
      FFWATT_CHECK(store_->put_power_trace(record.job.id, std::string(6000, 'x')));
    }
    FFWATT_TRY(const auto listed, store_->list({}));
    if (listed.count != 6) return base::Error::invalid("the list is short");
    return store_->health();
  }

 private:
  Process process_;
  std::unique_ptr<store::Store> store_;
};

void expect_all_there(Machine& machine, const Owed& owed, const std::string& when) {
  Master master(machine);
  const auto opened = master.open();
  ASSERT_TRUE(opened) << opened.error().text() << " " << when;
  for (const auto& [id, version] : owed) {
    const auto record = master.store().record(id);
    ASSERT_TRUE(record) << record.error().text() << " " << when;
    ASSERT_GE(record->version, version) << when;
  }
  Owed more;
  if (owed.empty()) {
    const auto worked = master.work(more);
    ASSERT_TRUE(worked || worked.error().kind() == ErrorKind::retry) << worked.error().text() << " " << when;
  }
}

// Everything that a fault in the n-th step of this kind leads to; false where there is no such step any more.
// first: of a machine where no master has run; again: where one was stopped in peace, and took its log away.
enum class Start { first, again };
bool check(Disk::Step step, int n, std::uint64_t times, std::uint64_t seed, Start start) {
  const auto when =
      base::format("after a fault in step {} of kind {}, {} times, seed {}", n, static_cast<int>(step), times, seed);
  Machine machine(seed);
  machine.disk.put("/var/empty", "");
  EXPECT_TRUE(start == Start::first || Master(machine).open());
  machine.disk.fail(step, static_cast<std::uint64_t>(n), EIO, times);
  Owed owed;
  {
    Master master(machine);
    auto done = master.open();
    if (done) done = master.work(owed);
    machine.disk.heal();
    EXPECT_TRUE(done || done.error().kind() == ErrorKind::failed) << done.error().text() << " " << when;
    if (!done && master.is_open()) {
      master.store().rollback();
      EXPECT_EQ(master.store().room(), store::Store::Room::enough) << when;
      EXPECT_FALSE(master.store().begin()) << when;
      EXPECT_FALSE(master.store().insert({new_job(50)}, {}, {})) << when;
      EXPECT_FALSE(master.store().health()) << when;
      EXPECT_FALSE(master.store().list({})) << when;
    }
  }
  machine.disk.lose_power(machine.random);
  expect_all_there(machine, owed, when);
  return machine.disk.failures() > 0 && !testing::Test::HasFailure();
}

void sweep(Disk::Step step, std::uint64_t seeds) {
  for (const auto start : {Start::first, Start::again}) {
    for (const auto times : {std::uint64_t{1}, Disk::forever}) {
      int n = 1;
      for (bool more = true; more; ++n)
        for (std::uint64_t seed = 1; seed <= seeds; ++seed) more = check(step, n, times, seed, start);
      EXPECT_GT(n, 2) << "steps were swept";
    }
  }
}

TEST(DiskFaults, InAWriteStopTheStoreAndLoseNothing) { sweep(Disk::Step::write, 4); }
TEST(DiskFaults, InASyncStopTheStoreAndLoseNothing) { sweep(Disk::Step::sync, 8); }
TEST(DiskFaults, InAReadStopTheStoreAndLoseNothing) { sweep(Disk::Step::read, 1); }
TEST(DiskFaults, InANameStopTheStoreAndLoseNothing) { sweep(Disk::Step::name, 3); }

// A master with so much in its log that a moment of rest brings it into the file.
void fill_log(Master& master, Owed& owed) {
  ASSERT_TRUE(master.open());
  ASSERT_TRUE(master.work(owed));
  for (std::uint64_t number = 1; number <= 3; ++number)
    ASSERT_TRUE(master.store().put_power_trace(new_job(number).job.id, std::string(1'600'000, 'x')));
}

TEST(DiskFaults, WhileTheLogIsBroughtIntoTheFileStopTheStoreAndLoseNothing) {
  struct Fault {
    Disk::Step step;
    std::uint64_t n;
  };
  for (const auto fault : {Fault{Disk::Step::sync, 1}, Fault{Disk::Step::sync, 2}, Fault{Disk::Step::write, 1},
                           Fault{Disk::Step::write, 2}, Fault{Disk::Step::write, 900}, Fault{Disk::Step::read, 3}}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      const auto when = base::format("step {} of kind {}, seed {}", fault.n, static_cast<int>(fault.step), seed);
      Machine machine(seed);
      Owed owed;
      {
        Master master(machine);
        fill_log(master, owed);
        machine.disk.fail(fault.step, fault.n, EIO);
        EXPECT_EQ(master.store().rest().error().kind(), ErrorKind::failed) << when;
        EXPECT_FALSE(master.store().health()) << when;
        EXPECT_FALSE(master.store().insert({new_job(50)}, {}, {})) << when;
        EXPECT_TRUE(master.store().rest()) << "there is nothing that it could still do; " << when;
      }
      machine.disk.lose_power(machine.random);
      expect_all_there(machine, owed, when);
    }
  }
}

// What a sync did not write is in the machine's memory still, and looks committed to whoever starts next. What that one
// then acknowledges must not hang on it.
TEST(DiskFaults, WhatIsAcknowledgedAfterAFailedSyncAndANewStartSurvivesALossOfPower) {
  int failed = 0;
  for (std::uint64_t n = 1; n <= 30; ++n) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      const auto when = base::format("sync {}, seed {}", n, seed);
      Machine machine(seed);
      Owed owed;
      {
        Master master(machine);
        ASSERT_TRUE(master.open());
        machine.disk.fail(Disk::Step::sync, n, EIO);
        if (!master.work(owed)) ++failed;
        machine.disk.heal();
      }
      {
        Master next(machine);
        ASSERT_TRUE(next.open()) << when;
        auto more = new_job(60);
        ASSERT_TRUE(next.store().insert({more}, {}, {})) << when;
        owed[more.job.id] = 0;
        machine.disk.lose_power(machine.random);
      }
      expect_all_there(machine, owed, when);
    }
  }
  EXPECT_GT(failed, 20);
}

TEST(DiskFaults, WhatFindsNoRoomInTheFileStaysInTheLog) {
  Machine machine;
  Owed owed;
  {
    Master master(machine);
    fill_log(master, owed);
    machine.disk.set_capacity(machine.disk.used() + 100 * Disk::block);
    EXPECT_TRUE(master.store().rest());
    EXPECT_TRUE(master.store().health());
    const auto small = machine.disk.find(file).node->content.bytes().size();
    EXPECT_LT(small, 1'000'000u);
    machine.disk.set_capacity(Disk::unlimited);
    EXPECT_TRUE(master.store().insert({new_job(50)}, {}, {}));
    owed[new_job(50).job.id] = 0;
    EXPECT_TRUE(master.store().rest());
    EXPECT_GT(machine.disk.find(file).node->content.bytes().size(), 4'000'000u);
  }
  machine.disk.lose_power(machine.random);
  expect_all_there(machine, owed, "after a checkpoint without room");
}

TEST(DiskFaults, ALogThatFindsNoRoomToGrowStaysShort) {
  for (const std::uint64_t blocks : {150u, 5000u, 6100u, 6200u, 6300u, 6400u}) {
    Machine machine;
    machine.disk.set_capacity(machine.disk.used() + blocks * Disk::block);
    Owed owed;
    {
      Master master(machine);
      const auto opened = master.open(store::Log::grown);
      ASSERT_TRUE(opened) << opened.error().text() << " with " << blocks << " blocks";
      machine.disk.set_capacity(Disk::unlimited);
      const auto worked = master.work(owed);
      EXPECT_TRUE(worked) << worked.error().text() << " with " << blocks << " blocks";
    }
    machine.disk.lose_power(machine.random);
    expect_all_there(machine, owed, "with a log that did not grow");
  }
}

// The disk is full after so many blocks more than there were at first; false where that is enough.
bool check_full(std::uint64_t blocks) {
  const auto when = base::format("on a disk that was full after {} blocks", blocks);
  Machine machine(blocks);
  machine.disk.put("/var/empty", "");
  machine.disk.set_capacity(machine.disk.used() + blocks * Disk::block);
  Owed owed;
  bool full = false;
  {
    Master master(machine);
    auto done = master.open();
    if (done) done = master.work(owed);
    full = !done;
    if (full) {
      EXPECT_EQ(done.error().kind(), ErrorKind::failed) << done.error().text() << " " << when;
      EXPECT_THAT(done.error().text(), HasSubstr("free s")) << when;
    }
    if (full && master.is_open()) {
      auto& store = master.store();
      EXPECT_EQ(store.room(), store::Store::Room::none) << when;
      store.rollback();
      for (const auto& [id, version] : owed) {
        const auto record = store.record(id);
        EXPECT_TRUE(record) << record.error().text() << " " << when;
      }
      EXPECT_TRUE(store.list({})) << when;
      EXPECT_TRUE(store.health()) << when;
      machine.disk.set_capacity(Disk::unlimited);
      const auto added = store.insert({new_job(50)}, {}, {});
      EXPECT_TRUE(added) << added.error().text() << " " << when;
      if (added) owed[new_job(50).job.id] = 0;
      EXPECT_EQ(store.room(), store::Store::Room::enough) << when;
    }
  }
  machine.disk.set_capacity(Disk::unlimited);
  machine.disk.lose_power(machine.random);
  expect_all_there(machine, owed, when);
  return full && !testing::Test::HasFailure();
}

TEST(DiskFaults, AFullDiskRefusesWhatGrowsUntilThereIsRoom) {
  std::uint64_t blocks = 0;
  while (check_full(blocks)) ++blocks;
  EXPECT_GT(blocks, 50u);
}

}  // namespace
}  // namespace simulation
