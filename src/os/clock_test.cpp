#include "os/clock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "os/posix.h"
#include "os/wait.h"

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

TEST(Clock, AStopRequestEndsAShortSleep) {
  const auto clock = posix_clock();
  // Again and again: the request may come before, while and after the sleeper lies down.
  for (int round = 0; round < 50; ++round) {
    const auto deadline = clock->boot() + Seconds(0.9);
    Woken woken = Woken::deadline;
    std::jthread sleeper([&](std::stop_token stop) { woken = clock->sleep_until(deadline, stop); });
    sleeper.request_stop();
    sleeper.join();
    EXPECT_EQ(woken, Woken::stopped);
  }
}

TEST(Clock, AStopThatWasRequestedBeforeDoesNotSleepAtAll) {
  const auto clock = posix_clock();
  std::stop_source source;
  source.request_stop();
  // A short wait and a long one are made in different ways.
  for (const Seconds length : {Seconds(0.5), Seconds(3600)})
    EXPECT_EQ(clock->sleep_until(clock->boot() + length, source.get_token()), Woken::stopped) << length.value();
}

TEST(Wait, WhatIsReadableWinsOverAShortAndALongDeadlineAndOverOneThatHasPassed) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Descriptor reader(ends[0]), writer(ends[1]);
  ASSERT_EQ(::write(writer.get(), "x", 1), 1);
  for (const Seconds length : {Seconds(-1), Seconds(0.5), Seconds(3600)}) {
    pollfd one[]{{reader.get(), POLLIN, 0}};
    EXPECT_EQ(wait_readable(one, boot_time_now() + length, {}), WaitEnd::readable) << length.value();
    EXPECT_EQ(one[0].revents, POLLIN) << length.value();
  }
}

TEST(Random, NeverGivesTheSameNumberTwiceInARow) {
  const auto random = posix_random();
  EXPECT_NE(random->next(), random->next());
  EXPECT_NE(random->token(), random->token());
}

}  // namespace
}  // namespace os
