#include "units/time.h"

#include <gtest/gtest.h>

namespace units {
namespace {

TEST(Rfc3339, RefusesADayThatItsMonthDoesNotHave) {
  for (const char* bad : {"2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z", "2026-04-31T12:00:00Z"})
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
  EXPECT_TRUE(parse_rfc3339("2028-02-29T00:00:00Z"));
}

TEST(Rfc3339, RefusesAYearThatNanosecondsCannotCount) {
  EXPECT_TRUE(parse_rfc3339("2261-12-31T23:59:59Z"));
  for (const char* bad : {"2262-12-31T00:00:00Z", "9999-12-31T23:59:59Z", "1899-12-31T23:59:59Z"})
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
}

TEST(Rfc3339, TakesALeapSecondAsTheOneAfterIt) {
  EXPECT_EQ(rfc3339(*parse_rfc3339("2016-12-31T23:59:60Z")), "2017-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace units
