#include "attribution/spread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attribution {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using units::Seconds;

TEST(Spread, WhatIsPinnedIsTakenAwayBeforeTheRestIsShared) {
  const std::vector busy{Seconds(4), Seconds(8)};
  std::vector<CpuUse> uses{{Seconds(4), {Seconds(4), Seconds(0)}}, {Seconds(2), {}}};
  spread_over_sockets(busy, uses);
  EXPECT_THAT(uses[1].by_socket, ElementsAre(Seconds(0), Seconds(2)));
}

TEST(Spread, WithoutPinnedOnesItFollowsTheBusyTime) {
  const std::vector busy{Seconds(1), Seconds(3)};
  std::vector<CpuUse> uses{{Seconds(2), {}}, {Seconds(1), {}}};
  spread_over_sockets(busy, uses);
  EXPECT_THAT(uses[0].by_socket, ElementsAre(Seconds(0.5), Seconds(1.5)));
  EXPECT_THAT(uses[1].by_socket, ElementsAre(Seconds(0.25), Seconds(0.75)));
}

TEST(Spread, WhereTicksShowNothingLeftTheSumIsStillKept) {
  const std::vector busy{Seconds(0), Seconds(0)};
  std::vector<CpuUse> uses{{Seconds(2), {}}};
  spread_over_sockets(busy, uses);
  EXPECT_THAT(uses[0].by_socket, ElementsAre(Seconds(1), Seconds(1)));
}

TEST(Spread, OnOneSocketThereIsNothingToSpread) {
  std::vector<CpuUse> uses{{Seconds(2), {}}};
  spread_over_sockets({}, uses);
  EXPECT_THAT(uses[0].by_socket, IsEmpty());
}

}  // namespace
}  // namespace attribution
