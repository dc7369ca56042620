#include "store/postgres/claims.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "os_testing/manual_clock.h"
#include "store/postgres/opening.h"
#include "store/postgres/server_for_tests.h"

namespace store::postgres {
namespace {

TEST(ClaimsBesideALongTransaction, StepOverWhatIsDeadOnce) {
  TestDatabase database;
  os::RealHost host;
  const auto log = base::silent_log();
  const auto store = open_postgres(host.host(), database.url(), *log);
  ASSERT_TRUE(store) << store.error().text();
  std::vector<JobRecord> records(1000);
  std::uint64_t ids = 0;
  for (int batch = 0; batch < 2; ++batch) {
    for (auto& record : records) {
      ++ids;
      record.job.id = base::Id::make(ids, ids, ids);
      record.job.created = units::WallTime::from_nanoseconds(static_cast<std::int64_t>(ids));
      record.job_class = "cpu";
    }
    ASSERT_TRUE((*store)->insert(records, {}, units::WallTime()));
  }
  const auto address = *Address::parse(database.url());
  const auto somebody = *Connection::open(address, Connection::Role::plain);
  ASSERT_TRUE(
      somebody->execute("looking at", "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ffwatt.jobs"));
  database.run("SET search_path = ffwatt; UPDATE jobs SET state = 'completed' WHERE number <= 1500");

  Session session(*Connection::open(address, Connection::Role::writer, enter));
  const os_testing::ManualClock clock;  // it stands still: no scan from the head is due again
  Claims claims(session, clock);
  int tokens = 0;
  const auto entries = [&] {
    const auto rows = session.ask("counting", "SELECT pg_stat_get_xact_tuples_returned('ffwatt.jobs_ready'::regclass)");
    EXPECT_TRUE(rows) << rows.error().text();
    return rows ? rows->integer(0, 0) : 0;
  };
  // Entries of the index that one poll for so many jobs walked over.
  const auto walked = [&](int most) {
    EXPECT_TRUE(session.begin());
    const auto before = entries();
    const Wish wish{base::Id::make(1, 1, 1), "c", {"cpu"}, most};
    const auto offered = claims.offer(
        std::span(&wish, 1), [&] { return std::to_string(++tokens); }, units::Seconds(15), Marks());
    EXPECT_TRUE(offered) << offered.error().text();
    EXPECT_EQ(offered ? static_cast<int>(offered->front().size()) : -1, most);
    const auto after = entries();
    EXPECT_TRUE(session.commit());
    return after - before;
  };
  EXPECT_GT(walked(1), 1500) << "the dead entries are there";
  EXPECT_LT(walked(1), 10) << "the next ones are at hand";
  EXPECT_LT(walked(300), 1000) << "and the others are looked for behind them";
}

}  // namespace
}  // namespace store::postgres
