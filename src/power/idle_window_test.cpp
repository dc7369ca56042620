#include "power/idle_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace power {
namespace {

using namespace units::literals;
using ::testing::HasSubstr;
using units::Joules;

void seconds(IdleWindow& window, int count, double load, double watts) {
  for (int i = 0; i < count; ++i) {
    const std::array energies{Joules(watts + (i % 2 ? 0.5 : -0.5)), Joules(0)};
    window.add(1_s, load, energies);
  }
}

TEST(IdleWindow, AQuietMinuteGivesTheMedianAndItsSpread) {
  IdleWindow window({1_ms, 1_ms});
  seconds(window, 59, 0.002, 40);
  EXPECT_FALSE(window.take());
  seconds(window, 1, 0.002, 40);
  const auto idle = window.take();
  ASSERT_TRUE(idle);
  ASSERT_TRUE((*idle)[0]);
  EXPECT_NEAR((*idle)[0]->median.value(), 40, 0.51);
  EXPECT_LT((*idle)[0]->low, (*idle)[0]->median);
  EXPECT_GT((*idle)[0]->high, (*idle)[0]->median);
  EXPECT_FALSE((*idle)[1]) << "a counter that stands still is no idle power of 0 W";
  EXPECT_FALSE(window.take()) << "the next one needs a minute of its own";
}

TEST(IdleWindow, ASecondOfWorkThrowsAwayWhatWasGathered) {
  IdleWindow window({1_ms, 1_ms});
  seconds(window, 50, 0.002, 40);
  seconds(window, 1, 0.5, 90);
  EXPECT_THAT(window.obstacle(), HasSubstr("50"));
  seconds(window, 59, 0.002, 40);
  EXPECT_FALSE(window.take());
  seconds(window, 1, 0.002, 40);
  EXPECT_TRUE(window.take());
}

TEST(IdleWindow, AMachineThatNeverRestsGivesNothingAndTheReason) {
  IdleWindow window({1_ms, 1_ms});
  seconds(window, 600, 0.03, 45);
  EXPECT_FALSE(window.take());
  EXPECT_THAT(window.obstacle(), HasSubstr("3.0"));
}

TEST(IdleWindow, TheRateOfSamplingDoesNotMatter) {
  IdleWindow fast({1_ms});
  for (int i = 0; i < 600; ++i) {
    const std::array energies{Joules(4)};
    fast.add(0.1_s, 0.001, energies);
  }
  const auto idle = fast.take();
  ASSERT_TRUE(idle && (*idle)[0]);
  EXPECT_NEAR((*idle)[0]->median.value(), 40, 0.1);
}

TEST(IdleWindow, AMeterThatUpdatesRarelyIsJudgedByItsMean) {
  IdleWindow window({5_s, 30_s});
  for (int i = 0; i < 60; ++i) {
    const std::array energies{Joules(i % 5 ? 0 : 200), Joules(i % 30 ? 0 : 1200)};
    window.add(1_s, 0.001, energies);
  }
  const auto idle = window.take();
  ASSERT_TRUE(idle && (*idle)[0]);
  EXPECT_NEAR((*idle)[0]->median.value(), 40, 0.5);
  EXPECT_GT(((*idle)[0]->high - (*idle)[0]->median).value(), 2) << "an update may lie outside of the window";
  EXPECT_FALSE((*idle)[1]) << "two updates say nothing";
}

}  // namespace
}  // namespace power
