// A database as each earlier version left it, opened by this one: every row is where it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "os_testing/temporary_folder.h"
#include "store/sqlite/migrate.h"
#include "store/store.h"

namespace store {
namespace {

using testing::ElementsAre;

const units::WallTime noon = *units::parse_rfc3339("2026-01-31T12:00:00.000Z");
const base::Id node = base::Id::make(5, 5, 5);

class Upgrade : public testing::TestWithParam<int> {
 protected:
  static base::Id id_of(int number) { return base::Id::make(1'769'850'000'000, 1, static_cast<std::uint64_t>(number)); }

  // As the programs of then wrote it: the columns of their schema, the documents as they still are.
  void write_old(sqlite::Connection& old) {
    const auto job = [&](int number, jobs::JobState state) {
      jobs::Job made;
      made.id = id_of(number);
      made.number = number;
      made.state = state;
      made.created = made.changed = noon;
      made.submission.spec.scenario = "720p30-h264";
      made.submission.spec.encoder = "libx264";
      sqlite::Query(
          old,
          "INSERT INTO jobs (number, id, version, state, job_class, order_ns, scenario, created_ns, changed_ns, "
          "document) VALUES (?, ?, 1, ?, 'libx264', ?, '720p30-h264', ?, ?, ?)")
          .bind(std::int64_t{number})
          .bind(made.id.text())
          .bind(jobs::name(state))
          .bind(jobs::order_key(made).nanoseconds())
          .bind(noon.nanoseconds())
          .bind(noon.nanoseconds())
          .bind(wire::JobText::of(made).text())
          .execute();
    };
    const auto change = [&](int number, const char* event) {
      sqlite::Query(old, "INSERT INTO job_changes (job, at_ns, event, actor, reason) VALUES (?, ?, ?, 'ada', 'why')")
          .bind(std::int64_t{number})
          .bind(noon.nanoseconds())
          .bind(event)
          .execute();
    };
    job(1, jobs::JobState::queued), job(2, jobs::JobState::completed), job(3, jobs::JobState::running);
    change(2, "running"), change(3, "running"), change(2, "completed");
    sqlite::Query(old,
                  "INSERT INTO nodes (id, intent, registered_ns, last_heartbeat_ns, document) "
                  "VALUES (?, 'active', ?, ?, '{\"name\":\"n\",\"slots\":1,\"encoders\":[],\"energy_sources\":[]}')")
        .bind(node.text())
        .bind(noon.nanoseconds())
        .bind(noon.nanoseconds())
        .execute();
  }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
};

TEST_P(Upgrade, KeepsEveryJobItsHistoryAndEveryNode) {
  const auto file = folder_ / "old.db";
  {
    auto old = sqlite::Connection::open(file, sqlite::Connection::Journal::wal);
    ASSERT_TRUE(old);
    const auto steps = sqlite::migrations();
    ASSERT_TRUE(sqlite::migrate(**old, std::span(steps).first(static_cast<std::size_t>(GetParam()))));
    ASSERT_TRUE((*old)->atomically("writing", [&]() -> base::Result<void> {
      write_old(**old);
      return {};
    }));
  }
  auto opened = open_sqlite(real_.host(), file);
  ASSERT_TRUE(opened) << opened.error().text();
  auto& store = **opened;
  const units::Instant now{noon, units::BootTime::from_seconds(1)};
  const auto events = [&](int number) {
    std::vector<std::string> lines;
    const auto history = *store.history(id_of(number));
    for (const auto& line : history) lines.push_back(line.event + " by " + line.actor);
    return lines;
  };
  EXPECT_THAT(events(1), testing::IsEmpty());
  EXPECT_THAT(events(2), ElementsAre("running by ada", "completed by ada"));
  EXPECT_THAT(events(3), ElementsAre("running by ada"));
  auto counts = *store.counts();
  EXPECT_EQ(counts[jobs::JobState::queued], 1);
  EXPECT_EQ(counts[jobs::JobState::running], 1);
  EXPECT_EQ(counts[jobs::JobState::completed], 1);
  EXPECT_EQ(store.list({})->jobs.size(), 3u);
  EXPECT_EQ(store.nodes(now)->at(0).node.id, node);
  EXPECT_EQ(*store.restart_leases(units::Seconds(90), now), 1u);
  const auto offers = store.offer(
      std::vector{Wish{node, "c", {"libx264"}, 5}}, [] { return std::string("t"); }, units::Seconds(15), now);
  ASSERT_EQ(offers->at(0).size(), 1u);
  auto record = offers->at(0).at(0).record;
  EXPECT_EQ(record.job.id, id_of(1));
  record.job.state = jobs::JobState::running;
  ASSERT_TRUE(store.save(record, {"running", "n", "started", noon}));
  EXPECT_THAT(events(1), ElementsAre("running by n"));
  counts = *store.counts();
  EXPECT_EQ(counts[jobs::JobState::queued], 0);
  EXPECT_EQ(counts[jobs::JobState::running], 2);
}

INSTANTIATE_TEST_SUITE_P(From, Upgrade, testing::Values(1, 2),
                         [](const auto& version) { return base::format("Schema{}", version.param); });

}  // namespace
}  // namespace store
