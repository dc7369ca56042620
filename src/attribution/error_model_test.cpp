#include "attribution/error_model.h"

#include <gtest/gtest.h>

#include <cmath>

namespace attribution {
namespace {

using namespace units::literals;

TEST(ErrorModel, IndependentCausesAddAsSquares) {
  const auto widths =
      half_widths({.timing = 3_J, .baseline_down = 4_J, .baseline_up = 4_J, .unlike = 0_J, .lost = 0_J});
  EXPECT_DOUBLE_EQ(widths.down.value(), 5);
  EXPECT_DOUBLE_EQ(widths.up.value(), 5);
}

TEST(ErrorModel, WhatAGapMayHideIsUpwardsAndInFull) {
  const auto widths = half_widths({.timing = 3_J, .baseline_down = {}, .baseline_up = {}, .unlike = {}, .lost = 10_J});
  EXPECT_DOUBLE_EQ(widths.down.value(), 3);
  EXPECT_DOUBLE_EQ(widths.up.value(), 13);
}

TEST(ErrorModel, OneThatRunsAloneDoesNotDependOnTheLikenessOfPrograms) {
  EXPECT_DOUBLE_EQ(unlike_weight(4_s, 0, 4_s), 0);
  EXPECT_DOUBLE_EQ(unlike_weight(0_s, 0, 0_s), 0);
}

TEST(ErrorModel, ManyEqualNeighboursAverageOut) {
  // Shares of 1/2 and 1/2: √(¼ + ¼); of 1/16 each: √((15/16)² + 15/256).
  EXPECT_NEAR(unlike_weight(1_s, 1, 2_s), std::sqrt(0.5), 1e-12);
  EXPECT_NEAR(unlike_weight(1_s, 15, 16_s), std::sqrt(225.0 / 256 + 15.0 / 256), 1e-12);
}

}  // namespace
}  // namespace attribution
