#include "meter/nightly.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meter {
namespace {

using namespace units::literals;
using News = Nightly::News;
using units::Seconds;
using units::WallTime;

// 2026-01-31T09:00:00Z.
const WallTime kMorning = *units::parse_rfc3339("2026-01-31T09:00:00Z");
constexpr Seconds kHour{3'600};

TEST(Nightly, AfterTheStartItIsToldOnceWhenTheIdlePowerWasLearned) {
  Nightly nightly(3 * kHour);
  EXPECT_EQ(nightly.look(kMorning, 0_s, {}), News::none);
  EXPECT_EQ(nightly.look(kMorning + 50_s, 0_s, kMorning - 50_s), News::none) << "what was learned before is old";
  EXPECT_EQ(nightly.look(kMorning + 70_s, 0_s, kMorning + 65_s), News::learned);
  EXPECT_EQ(nightly.look(kMorning + 75_s, 0_s, kMorning + 65_s), News::none);
  EXPECT_EQ(nightly.look(kMorning + 17 * kHour, 0_s, kMorning + 65_s), News::none) << "it is not night yet";
}

TEST(Nightly, EachNightItIsToldAnewAndNotBeforeItsHour) {
  Nightly nightly(3 * kHour);
  auto learned = kMorning + 1_s;
  EXPECT_EQ(nightly.look(kMorning, 0_s, learned), News::learned);
  const auto three = kMorning + 18 * kHour;
  for (int night = 0; night < 3; ++night) {
    const auto hour = three + kHour * (24.0 * night);
    EXPECT_EQ(nightly.look(hour - 5_s, 0_s, hour - 10_s), News::none);
    EXPECT_EQ(nightly.look(hour + 5_s, 0_s, hour - 10_s), News::none) << "learned in the evening";
    EXPECT_EQ(nightly.look(hour + 70_s, 0_s, hour + 66_s), News::learned);
    EXPECT_EQ(nightly.look(hour + 75_s, 0_s, hour + 66_s), News::none);
  }
}

TEST(Nightly, WhereTheMachineWorksOnItIsToldAfterAnHour) {
  Nightly nightly(3 * kHour);
  EXPECT_EQ(nightly.look(kMorning, 0_s, {}), News::none);
  EXPECT_EQ(nightly.look(kMorning + kHour - 1_s, 0_s, {}), News::none);
  EXPECT_EQ(nightly.look(kMorning + kHour, 0_s, {}), News::not_learned);
  EXPECT_EQ(nightly.look(kMorning + 2 * kHour, 0_s, {}), News::none) << "once a night is enough";
  EXPECT_EQ(nightly.look(kMorning + 18 * kHour + 5_s, 0_s, {}), News::none);
  EXPECT_EQ(nightly.look(kMorning + 19 * kHour + 5_s, 0_s, {}), News::not_learned);
}

TEST(Nightly, TheNightIsThatOfThePlace) {
  // It is nine in the evening there, and three at night six hours later.
  Nightly nightly(3 * kHour);
  const Seconds offset = 12 * kHour;
  EXPECT_EQ(nightly.look(kMorning, offset, kMorning), News::learned);
  EXPECT_EQ(nightly.look(kMorning + 6 * kHour - 5_s, offset, kMorning), News::none);
  EXPECT_EQ(nightly.look(kMorning + 7 * kHour, offset, kMorning + 1_s), News::none);
  EXPECT_EQ(nightly.look(kMorning + 8 * kHour, offset, kMorning + 1_s), News::not_learned);
}

TEST(Nightly, SummerTimeAndAClockThatIsSetMakeNoNightOfTheirOwn) {
  Nightly nightly(3 * kHour);
  EXPECT_EQ(nightly.look(kMorning, 0_s, kMorning), News::learned);
  EXPECT_EQ(nightly.look(kMorning + 2 * kHour, kHour, kMorning), News::none) << "summer time began";
  EXPECT_EQ(nightly.look(kMorning + 9 * kHour, kHour, kMorning), News::none);
  EXPECT_EQ(nightly.look(kMorning - 3 * kHour, 0_s, kMorning), News::none) << "set back";
  const auto next = kMorning + 18 * kHour;
  EXPECT_EQ(nightly.look(next + 1_s, 0_s, next), News::none);
  EXPECT_EQ(nightly.look(next + 70_s, 0_s, next + 60_s), News::learned);
  // A clock that was a month ahead is mended: the next night counts.
  EXPECT_EQ(nightly.look(next + 720 * kHour, 0_s, next), News::none);
  EXPECT_EQ(nightly.look(next + 10_s, 0_s, next + 9_s), News::none);
  EXPECT_EQ(nightly.look(next + 24 * kHour + 70_s, 0_s, next + 24 * kHour + 66_s), News::none)
      << "one look to see that it is night";
}

TEST(Nightly, NeverAsksForTheStartAlone) {
  Nightly nightly(std::nullopt);
  EXPECT_EQ(nightly.look(kMorning, 0_s, {}), News::none);
  EXPECT_EQ(nightly.look(kMorning + 70_s, 0_s, kMorning + 66_s), News::learned);
  for (int day = 1; day < 4; ++day)
    EXPECT_EQ(nightly.look(kMorning + kHour * (24.0 * day), 0_s, kMorning + 66_s), News::none);
}

TEST(TimeOfDay, IsReadAndWrittenAsOnAClock) {
  for (const auto* text : {"00:00", "03:00", "23:59", "never"}) EXPECT_EQ(time_of_day(*parse_time_of_day(text)), text);
  EXPECT_EQ(**parse_time_of_day("3:05"), 3 * kHour + 300_s);
  for (const auto* text :
       {"", "3", "24:00", "12:60", "1:2:3", "-1:00", "03:0", "three", "003:00", ":00", "12:", "03:00 "})
    EXPECT_THAT(parse_time_of_day(text).ok() ? "" : parse_time_of_day(text).error().text(),
                testing::HasSubstr("write it as 03:00"))
        << text;
}

}  // namespace
}  // namespace meter
