// Several masters on one database: what each sees of the other, and that nothing happens twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/log.h"
#include "store/postgres/server_for_tests.h"
#include "store/store.h"

namespace store::postgres {
namespace {

using base::ErrorKind;
using jobs::JobState;
using testing::ElementsAre;
using testing::IsEmpty;
using Origin = Store::Inserted::Origin;

class SharingTest : public testing::Test {
 protected:
  SharingTest() : a_(open()), b_(open()) { database_.set_clock(0); }

  std::unique_ptr<Store> open() {
    auto store = open_postgres(host_.host(), database_.url(), *log_);
    EXPECT_TRUE(store) << store.error().text();
    return store ? *std::move(store) : nullptr;
  }
  void SetUp() override { ASSERT_TRUE(a_ && b_); }

  JobRecord job() {
    JobRecord record;
    ++ids_;
    record.job.id = base::Id::make(1'769'850'000'000 + ids_, ids_, ids_);
    record.job.created = record.job.changed = units::WallTime::from_nanoseconds(static_cast<std::int64_t>(ids_));
    record.job_class = "cpu";
    return record;
  }
  base::Id put(Store& store) {
    const auto inserted = store.insert({job()}, {}, now_.wall);
    EXPECT_TRUE(inserted) << inserted.error().text();
    return inserted ? inserted->jobs.front().id : base::Id();
  }
  std::vector<std::int64_t> offer(Store& store, int most) {
    const Wish wish{node_, "c", {"cpu"}, most};
    const auto offered = store.offer(
        std::span(&wish, 1), [this] { return base::format("token-{}", ++tokens_); }, units::Seconds(15), now_);
    EXPECT_TRUE(offered) << offered.error().text();
    std::vector<std::int64_t> numbers;
    if (offered)
      for (const auto& each : offered->front()) numbers.push_back(each.record.job.number);
    return numbers;
  }
  void move(Store& store, base::Id id, JobState to) {
    auto record = store.record(id);
    ASSERT_TRUE(record) << record.error().text();
    record->job.state = to;
    record->holder = node_;
    const auto saved = store.save(*record, {"a change", "a test", "", now_.wall});
    EXPECT_TRUE(saved) << saved.error().text();
  }

  const base::Id node_ = base::Id::make(1, 1, 1);
  units::Instant now_{units::WallTime::from_seconds(1e9), units::BootTime::from_seconds(1)};
  TestDatabase database_;
  os::RealHost host_;
  std::unique_ptr<base::Log> log_ = base::silent_log();
  std::unique_ptr<Store> a_, b_;
  std::uint64_t ids_ = 0;
  int tokens_ = 0;
};

TEST_F(SharingTest, OffersEachJobOnceWhoeverOffersIt) {
  for (int i = 0; i < 20; ++i) put(*a_);
  std::multiset<std::int64_t> given;
  const auto take = [&](Store& store, int most) {
    for (const auto number : offer(store, most)) given.insert(number);
  };
  ASSERT_TRUE(a_->begin());
  ASSERT_TRUE(b_->begin());
  take(*a_, 5);
  take(*b_, 5);
  EXPECT_EQ(given.size(), 10u) << "nobody waits for the other's transaction";
  ASSERT_TRUE(a_->commit());
  ASSERT_TRUE(b_->commit());
  while (given.size() < 20) {
    const auto before = given.size();
    take(*a_, 2);
    take(*b_, 3);
    ASSERT_GT(given.size(), before) << "what the other took is stepped over";
  }
  EXPECT_EQ(std::set<std::int64_t>(given.begin(), given.end()).size(), 20u);
  EXPECT_THAT(offer(*a_, 5), IsEmpty());
  EXPECT_THAT(offer(*b_, 5), IsEmpty());
}

TEST_F(SharingTest, TellsTheNodeOfACancelThatTheOtherMasterTook) {
  const auto id = put(*a_);
  EXPECT_EQ(offer(*b_, 1).size(), 1u);
  move(*b_, id, JobState::running);
  move(*a_, id, JobState::canceling);
  const auto holdings = *b_->holdings(std::vector{node_}, now_);
  ASSERT_EQ(holdings.size(), 1u);
  EXPECT_EQ(holdings.front().state, JobState::canceling);
}

TEST_F(SharingTest, WakesTheOtherWhoPolls) {
  std::mutex mutex;
  std::condition_variable changed;
  int calls = 0;
  b_->when_changed([&] {
    const std::lock_guard lock(mutex);
    ++calls;
    changed.notify_all();
  });
  // One call is for the session that begins to listen; whoever was not heard before that is heard the next time.
  bool heard = false;
  for (int attempt = 0; attempt < 600 && !heard; ++attempt) {
    put(*a_);
    std::unique_lock lock(mutex);
    heard = changed.wait_for(lock, std::chrono::milliseconds(100), [&] { return calls >= 2; });
  }
  EXPECT_TRUE(heard);
  b_->when_changed({});
}

TEST_F(SharingTest, MakesOneJobOfAKeyThatTwoMastersGetAtOnce) {
  const IdempotencyKey key{"key\xff", "digest"};
  for (const bool first_commits : {true, false}) {
    const IdempotencyKey its{key.key + (first_commits ? "1" : "2"), key.body_digest};
    ASSERT_TRUE(a_->begin());
    const auto first = a_->insert({job()}, its, now_.wall);
    ASSERT_TRUE(first);
    auto twin = job();
    base::Result<Store::Inserted> second = base::Error::failed("not asked");
    std::thread other([&] { second = b_->insert({twin}, its, now_.wall); });  // it waits for the first
    if (first_commits) {
      EXPECT_TRUE(a_->commit());
    } else {
      a_->rollback();
    }
    other.join();
    ASSERT_TRUE(second) << second.error().text();
    EXPECT_EQ(second->origin, first_commits ? Origin::repeated : Origin::fresh);
    if (first_commits) {
      EXPECT_EQ(second->jobs, first->jobs);
    }
  }
  EXPECT_EQ(a_->list({})->count, 2);
  EXPECT_EQ(b_->list({})->count, 2);
}

TEST_F(SharingTest, EndsALeaseOnce) {
  const auto id = put(*a_);
  move(*a_, id, JobState::running);
  ASSERT_TRUE(a_->renew(id, units::Seconds(10), now_));
  database_.set_clock(11);
  ASSERT_TRUE(a_->begin());
  ASSERT_TRUE(b_->begin());
  EXPECT_THAT(*a_->ended_leases(10, now_), ElementsAre(id));
  EXPECT_THAT(*b_->ended_leases(10, now_), IsEmpty()) << "the other is at it";
  move(*a_, id, JobState::queued);
  ASSERT_TRUE(a_->commit());
  EXPECT_THAT(*b_->ended_leases(10, now_), IsEmpty());
  ASSERT_TRUE(b_->commit());
  ASSERT_TRUE(b_->renew(id, units::Seconds(10), now_)) << "a heartbeat that comes too late";
  database_.set_clock(100);
  EXPECT_THAT(*a_->ended_leases(10, now_), IsEmpty()) << "makes no lease of a job that is queued";
}

TEST_F(SharingTest, RefusesAChangeOfWhatTheOtherHasChanged) {
  const auto id = put(*a_);
  auto mine = *b_->record(id);
  move(*a_, id, JobState::paused);
  EXPECT_EQ(b_->save(mine, {"x", "y", "", now_.wall}).error().kind(), ErrorKind::retry);
}

TEST_F(SharingTest, CountsWhatBothDidAlsoAfterFolding) {
  for (int i = 0; i < 300; ++i) put(i % 2 ? *a_ : *b_);  // more than a master adds before it folds its lines
  for (int i = 0; i < 300; ++i) put(*a_);
  EXPECT_EQ((*b_->counts())[JobState::queued], 600);
  EXPECT_EQ(database_.run("SELECT count(*) > 0 FROM ffwatt.job_counts"), "t");
}

TEST(PostgresStore, OutlivesTheServersRestart) {
  auto server = os_testing::PostgresServer::start();
  ASSERT_TRUE(server) << server.error().text();
  os::RealHost host;
  const auto log = base::silent_log();
  auto opened = open_postgres(host.host(), (*server)->url("postgres"), *log);
  ASSERT_TRUE(opened) << opened.error().text();
  auto& store = **opened;
  const units::Instant now = host.host().clock.now();
  std::uint64_t ids = 0;
  const auto insert = [&] {
    JobRecord record;
    ++ids;
    record.job.id = base::Id::make(ids, ids, ids);
    return store.insert({record}, {}, now.wall);
  };
  const auto first = insert();
  ASSERT_TRUE(first);
  auto record = *store.record(first->jobs.front().id);
  record.job.state = JobState::running;
  ASSERT_TRUE(store.save(record, {"started", "a test", "", now.wall}));
  ASSERT_TRUE(store.renew(record.job.id, units::Seconds(3600), now));
  ASSERT_TRUE((*server)->run("postgres", "UPDATE ffwatt.leases SET until = '2026-01-01'"));

  ASSERT_TRUE(store.begin());
  ASSERT_TRUE(store.insert({record}, IdempotencyKey{"void", "d"}, now.wall).error().kind() == ErrorKind::retry);
  ASSERT_TRUE((*server)->stop(os_testing::PostgresServer::Way::at_once));
  EXPECT_EQ(store.matching(JobState::queued, "", 1).error().kind(), ErrorKind::retry);
  EXPECT_EQ(store.commit().error().kind(), ErrorKind::retry);
  EXPECT_EQ(store.begin().error().kind(), ErrorKind::retry);
  ASSERT_TRUE((*server)->start_again());

  const auto second = insert();
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_GT(second->jobs.front().number, first->jobs.front().number);
  EXPECT_EQ(*store.record(record.job.id), record);
  EXPECT_THAT(*store.ended_leases(10, now), IsEmpty()) << "nobody could renew: every lease has its whole time again";
  EXPECT_TRUE(store.health());
}

}  // namespace
}  // namespace store::postgres
