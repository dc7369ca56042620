#include "master/live_board.h"

#include <gtest/gtest.h>

namespace master {
namespace {

using units::BootTime;
using units::Seconds;

const base::Id node = base::Id::make(1, 1, 1), job = base::Id::make(2, 2, 2);

wire::RunningJob running(int attempt, double fraction) {
  wire::RunningJob out;
  out.lease = {job, attempt, "secret"};
  out.fraction = fraction;
  return out;
}

TEST(LiveBoard, ShowsWhatWasToldLastOfTheSameAttempt) {
  LiveBoard board;
  const auto now = BootTime::from_nanoseconds(0) + Seconds(1000);
  EXPECT_FALSE(board.of(job, 1, now));
  board.took(running(1, 0.2), {}, now);
  board.took(running(1, 0.4), {}, now + Seconds(1));
  const auto seen = board.of(job, 1, now + Seconds(3));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->running.fraction, 0.4);
  EXPECT_EQ(seen->age, Seconds(2));
  EXPECT_FALSE(board.of(job, 2, now)) << "another attempt has told nothing yet";
}

TEST(LiveBoard, TellsANodeOnceThatSomebodyLooks) {
  LiveBoard board;
  const auto now = BootTime::from_nanoseconds(0) + Seconds(1000);
  EXPECT_FALSE(board.news(node, now));
  board.watch(node, now);
  EXPECT_EQ(board.news(node, now + Seconds(1)), Seconds(9));
  EXPECT_FALSE(board.news(node, now + Seconds(1)));
  board.watch(node, now + Seconds(5));
  EXPECT_FALSE(board.news(node, now + Seconds(5))) << "it tells already, and hears with its next batch how long";
  EXPECT_EQ(board.watched(node, now + Seconds(6)), Seconds(9));
  EXPECT_FALSE(board.watched(node, now + Seconds(15)));
  board.watch(node, now + Seconds(20));
  EXPECT_TRUE(board.news(node, now + Seconds(20))) << "it had stopped";
}

TEST(LiveBoard, ForgetsWhatHasEnded) {
  LiveBoard board;
  const auto now = BootTime::from_nanoseconds(0) + Seconds(1000);
  board.took(running(1, 0.2), {}, now);
  auto other = running(1, 0.1);
  other.lease.job = base::Id::make(3, 3, 3);
  board.took(other, {}, now + Seconds(1000));
  EXPECT_FALSE(board.of(job, 1, now + Seconds(1000)));
}

TEST(LiveBoard, TellsOfEachJobTheNewestSinceItWasSeen) {
  LiveBoard board;
  const auto now = BootTime::from_nanoseconds(0) + Seconds(1000);
  auto other = running(1, 0.5);
  other.lease.job = base::Id::make(3, 3, 3);
  board.took(running(1, 0.1), {7}, now);
  board.took(other, {8, jobs::JobState::canceling}, now);
  board.took(running(1, 0.3), {7}, now);
  std::vector<wire::LiveView> told;
  LiveBoard::Version seen = 0;
  const auto look = [&] {
    told.clear();
    board.each_since(seen, [&](LiveBoard::Version version, const wire::LiveView& view) {
      seen = version;
      told.push_back(view);
    });
  };
  look();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].number, 8);
  EXPECT_EQ(told[0].state, jobs::JobState::canceling);
  EXPECT_EQ(told[1].number, 7);
  EXPECT_EQ(told[1].running->fraction, 0.3);
  look();
  EXPECT_TRUE(told.empty());
  board.took(other, {8}, now + Seconds(1000));  // the first is swept out
  look();
  ASSERT_EQ(told.size(), 1u);
  seen = 0;
  look();
  EXPECT_EQ(told.size(), 1u);
}

}  // namespace
}  // namespace master
