#include "analysis/linear_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <vector>

namespace analysis {
namespace {

using Values = std::vector<double>;

TEST(LinearFit, PointsOnALineGiveTheLineAndNoWidth) {
  const auto fit = linear_fit(Values{1, 2, 4, 8}, Values{3, 5, 9, 17});
  ASSERT_TRUE(fit) << fit.error().text();
  EXPECT_NEAR(fit->intercept, 1, 1e-9);
  EXPECT_NEAR(fit->slope.value, 2, 1e-9);
  EXPECT_NEAR(fit->slope.low, 2, 1e-6);
  EXPECT_NEAR(fit->slope.high, 2, 1e-6);
}

// Worked by hand: x 1 to 4 around 2.5, xx = 5, xy = 7, slope 1.4, intercept 2; residuals -0.4, 1.2, -1.2, 0.4, whose
// squares sum to 3.2, so a standard error of sqrt(3.2 / 2 / 5) with t(2 degrees, 97.5 %) = 4.30265. Their lag-1
// correlation is (-0.48 - 1.44 - 0.48) / 3.2 = -0.75, corrected to -0.25: no inflation.
TEST(LinearFit, TheIntervalIsTheTIntervalOfTheSlope) {
  const auto fit = linear_fit(Values{1, 2, 3, 4}, Values{3, 6, 5, 8});
  ASSERT_TRUE(fit) << fit.error().text();
  EXPECT_NEAR(fit->slope.value, 1.4, 1e-12);
  EXPECT_NEAR(fit->intercept, 2, 1e-12);
  const double half = 4.302652729911275 * std::sqrt(3.2 / 2 / 5);
  EXPECT_NEAR(fit->slope.high, 1.4 + half, 1e-6);
  EXPECT_NEAR(fit->slope.low, 1.4 - half, 1e-6);
}

// The same points: a standard error of sqrt(3.2 / 2 / 4) at their middle (2.5, 5.5).
TEST(LinearFit, TheLineIsKnownBestAtTheMiddleOfItsPoints) {
  const auto fit = linear_fit(Values{1, 2, 3, 4}, Values{3, 6, 5, 8});
  ASSERT_TRUE(fit) << fit.error().text();
  EXPECT_NEAR(fit->middle_x, 2.5, 1e-12);
  EXPECT_NEAR(fit->middle.value, 5.5, 1e-12);
  const double half = 4.302652729911275 * std::sqrt(3.2 / 2 / 4);
  EXPECT_NEAR(fit->middle.high, 5.5 + half, 1e-6);
  EXPECT_NEAR(fit->middle.low, 5.5 - half, 1e-6);
}

// Share of 2 000 series of 30 windows whose interval holds the true line at `at`; absent: its slope. `follow` is the
// correlation of neighbours.
double coverage(double follow, std::optional<double> at = {}) {
  std::mt19937_64 engine(7);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> load(40, 160);
  int held = 0;
  constexpr int kSeries = 2000;
  for (int s = 0; s < kSeries; ++s) {
    Values x, y;
    double error = normal(engine);
    for (int i = 0; i < 30; ++i) {
      error = follow * error + std::sqrt(1 - follow * follow) * normal(engine);
      x.push_back(load(engine));
      y.push_back(55 + 1.17 * x.back() + 4 * error);
    }
    const auto fit = linear_fit(x, y);
    if (!fit) continue;
    if (!at) {
      held += fit->slope.low <= 1.17 && fit->slope.high >= 1.17;
      continue;
    }
    const double line = fit->intercept + fit->slope.value * *at;
    const double half =
        std::hypot(fit->middle.high - fit->middle.value, (*at - fit->middle_x) * (fit->slope.high - fit->slope.value));
    held += std::abs(line - (55 + 1.17 * *at)) <= half;
  }
  return held / static_cast<double>(kSeries);
}

TEST(LinearFit, TheIntervalHoldsTheTrueSlopeAsOftenAsItSays) {
  EXPECT_GE(coverage(0), 0.94);
  EXPECT_LE(coverage(0), 0.99);
  EXPECT_GE(coverage(0.5), 0.94) << "a drift may widen it and must not make it too narrow";
}

TEST(LinearFit, TheLineHoldsTheTruthAsOftenAsItSaysWhereverOneLooks) {
  for (const double at : {0.0, 60.0, 100.0, 160.0}) {
    EXPECT_GE(coverage(0, at), 0.94) << at;
    EXPECT_LE(coverage(0, at), 0.99) << at;
  }
}

TEST(LinearFit, WhatHasNoLineIsRefused) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::pair<Values, Values> bad[] = {
      {{}, {}}, {{1, 2}, {1, 2}}, {{1, 2, 3}, {1, 2}}, {{5, 5, 5}, {1, 2, 3}}, {{1, 2, nan}, {1, 2, 3}}};
  for (const auto& [x, y] : bad) {
    const auto fit = linear_fit(x, y);
    ASSERT_FALSE(fit);
    EXPECT_EQ(fit.error().kind(), base::ErrorKind::invalid);
  }
}

}  // namespace
}  // namespace analysis
