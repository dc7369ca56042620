#include "os/clock.h"

#include <gtest/gtest.h>

#include <thread>

#include "os/posix.h"

namespace os {
namespace {

using units::Seconds;
using Woken = Clock::Woken;

TEST(Clock, SleepsUntilTheDeadlineAndNotShorter) {
  const auto clock = posix_clock();
  const auto deadline = clock->boot() + Seconds(0.002);
  EXPECT_EQ(clock->sleep_until(deadline, {}), Woken::deadline);
  EXPECT_GE(clock->boot(), deadline);
  EXPECT_EQ(clock->sleep_until(deadline, {}), Woken::deadline);
}

TEST(Clock, AStopRequestEndsALongSleep) {
  const auto clock = posix_clock();
  const auto deadline = clock->boot() + Seconds(3600);
  Woken woken = Woken::deadline;
  std::jthread sleeper([&](std::stop_token stop) { woken = clock->sleep_until(deadline, stop); });
  sleeper.request_stop();
  sleeper.join();
  EXPECT_EQ(woken, Woken::stopped);
  EXPECT_LT(clock->boot(), deadline);
}

TEST(Clock, AStopThatWasRequestedBeforeDoesNotSleepAtAll) {
  const auto clock = posix_clock();
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(clock->sleep_until(clock->boot() + Seconds(3600), source.get_token()), Woken::stopped);
}

TEST(Random, NeverGivesTheSameNumberTwiceInARow) {
  const auto random = posix_random();
  EXPECT_NE(random->next(), random->next());
  EXPECT_NE(random->token(), random->token());
}

}  // namespace
}  // namespace os
