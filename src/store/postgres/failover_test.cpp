// What becomes of the store when its server dies and a standby takes over, and when the server's disk is full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "store/postgres/server_for_tests.h"
#include "store/store.h"

namespace store::postgres {
namespace {

using base::ErrorKind;
using jobs::JobState;
using testing::HasSubstr;
using testing::IsEmpty;

JobRecord job(std::uint64_t number) {
  JobRecord record;
  record.job.id = base::Id::make(1'769'850'000'000 + number, number, number);
  record.job_class = "cpu";
  return record;
}

TEST(PostgresStore, LosesNothingThatWasAcknowledgedWhenAStandbyTakesOver) {
  auto primary = os_testing::PostgresServer::start();
  ASSERT_TRUE(primary) << primary.error().text();
  auto standby = (*primary)->standby();
  ASSERT_TRUE(standby) << standby.error().text();
  for (const char* sql : {"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"})
    ASSERT_TRUE((*primary)->run("postgres", sql));
  os::RealHost host;
  const auto log = base::silent_log();
  auto opened = open_postgres(host.host(), (*primary)->url_of_both(**standby, "postgres"), *log);
  ASSERT_TRUE(opened) << opened.error().text();
  auto& store = **opened;
  const auto now = host.host().clock.now();
  std::vector<base::Id> acknowledged;
  const auto insert = [&](std::uint64_t number) {
    const auto inserted = store.insert({job(number)}, {}, now.wall);
    if (inserted) acknowledged.push_back(inserted->jobs.front().id);
    return inserted;
  };
  for (std::uint64_t number = 1; number <= 20; ++number) ASSERT_TRUE(insert(number));
  auto running = *store.record(acknowledged.front());
  running.job.state = JobState::running;
  running.holder = base::Id::make(1, 1, 1);
  ASSERT_TRUE(store.save(running, {"running", "a test", "", now.wall}));
  ASSERT_TRUE(store.renew(running.job.id, units::Seconds(3600), now));
  ASSERT_TRUE((*primary)->run("postgres", "UPDATE ffwatt.leases SET until = '2026-01-01'"));

  ASSERT_TRUE((*primary)->stop(os_testing::PostgresServer::Way::at_once));
  const auto away = insert(100);
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().kind(), ErrorKind::retry) << away.error().text();
  EXPECT_EQ(store.begin().error().kind(), ErrorKind::retry) << "a standby is not written to";
  const auto promoted = (*standby)->promote();
  ASSERT_TRUE(promoted) << promoted.error().text();

  const auto after = insert(101);
  ASSERT_TRUE(after) << after.error().text();
  for (const auto id : acknowledged) EXPECT_TRUE(store.record(id)) << id.text();
  EXPECT_GT(after->jobs.front().number, running.job.number);
  EXPECT_EQ(*store.record(running.job.id), running);
  EXPECT_THAT(*store.ended_leases(10, now), IsEmpty()) << "nobody could renew: every lease has its whole time again";
  EXPECT_TRUE(store.health());
  EXPECT_EQ(store.list({})->count, static_cast<std::int64_t>(acknowledged.size()));
}

// As a server says it that finds no room for a row: whatever writes, in the middle of a transaction or at its end.
TEST(PostgresStore, SaysThatTheServersDiskIsFullAndGoesOnOnceThereIsRoom) {
  const TestDatabase database;
  os::RealHost host;
  const auto log = base::silent_log();
  auto opened = open_postgres(host.host(), database.url(), *log);
  ASSERT_TRUE(opened) << opened.error().text();
  auto& store = **opened;
  const auto now = host.host().clock.now();
  ASSERT_TRUE(store.insert({job(1)}, {}, now.wall));
  database.run(
      "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION USING ERRCODE = '53100', "
      "MESSAGE = 'could not extend file: No space left on device'; END$$;"
      "CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON ffwatt.jobs EXECUTE FUNCTION no_room()");
  for (const bool asks_first : {false, true}) {
    ASSERT_TRUE(store.begin());
    EXPECT_EQ(store.room(), Store::Room::enough);
    ASSERT_TRUE(store.insert({job(2)}, {}, now.wall)) << "it is written with the commit, or before a question";
    if (asks_first) {
      const auto asked = store.matching(JobState::queued, "", 1);
      ASSERT_FALSE(asked);
      EXPECT_EQ(store.room(), Store::Room::none);
    }
    const auto done = store.commit();
    ASSERT_FALSE(done);
    EXPECT_EQ(store.room(), Store::Room::none) << done.error().text();
    if (!asks_first) {
      EXPECT_EQ(done.error().kind(), ErrorKind::failed);
      EXPECT_THAT(done.error().text(), HasSubstr("free space on the server's disk"));
    }
    store.rollback();
    EXPECT_EQ(store.list({})->count, 1) << "reads go on";
  }
  database.run("DROP TRIGGER full_disk ON ffwatt.jobs");
  ASSERT_TRUE(store.insert({job(2)}, {}, now.wall));
  EXPECT_EQ(store.room(), Store::Room::enough);
  EXPECT_EQ(store.list({})->count, 2);
}

}  // namespace
}  // namespace store::postgres
