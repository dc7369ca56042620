#include "cli/stream_test/receiving_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli::stream_test {
namespace {

using testing::HasSubstr;

constexpr units::BitsPerSecond kAsked{1e6};

base::Result<std::string> verdict(double bits_per_second, double seconds) {
  return judge({units::Bytes(bits_per_second / 8 * seconds), units::Seconds(seconds)}, kAsked);
}

TEST(ReceivingEnd, WhatWasSeenTooShortlyIsNotChecked) {
  for (const double rate : {0.0, 1e5, 1e6, 5e6}) {
    const auto doubt = verdict(rate, 0.9);
    ASSERT_TRUE(doubt.ok()) << doubt.error().text();
    EXPECT_THAT(*doubt, HasSubstr("not checked: the bitrate at the receiving end, which was seen for 900 ms only"));
  }
}

TEST(ReceivingEnd, AMachineThatStoodStillForSomeSecondsIsNoFailedStream) {
  const auto doubt = verdict(3e5, 5);
  ASSERT_TRUE(doubt.ok()) << doubt.error().text();
  EXPECT_THAT(*doubt, HasSubstr("-70 % off, seen for 5.00 s"));
}

TEST(ReceivingEnd, HalfOfAStreamIsNoStream) {
  const auto doubt = verdict(3e5, 15);
  ASSERT_FALSE(doubt.ok());
  EXPECT_EQ(doubt.error().kind(), base::ErrorKind::failed);
  EXPECT_THAT(doubt.error().text(), HasSubstr("300.0 kb/s arrive, 1.00 Mb/s were asked for"));
}

TEST(ReceivingEnd, ARateThatIsOffIsToldAndOneThatIsRightIsNot) {
  EXPECT_THAT(verdict(1.3e6, 5).value(), HasSubstr("+30 % off"));
  EXPECT_EQ(verdict(1.1e6, 5).value(), "");
  EXPECT_EQ(judge({units::Bytes(1), units::Seconds(15)}, std::nullopt).value(), "") << "nothing was asked for";
}

}  // namespace
}  // namespace cli::stream_test
