#include "analysis/stopping.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace analysis {
namespace {

using Values = std::vector<double>;

TEST(Stopping, NeedsTheLeastRunsAndTwoNarrowLooks) {
  const StoppingRule rule{.target = 0.02, .least = 5, .most = 7};
  EXPECT_EQ(decide(rule, Values{}), Stop::go_on);
  EXPECT_EQ(decide(rule, Values{10, 10, 10, 10}), Stop::go_on);
  EXPECT_EQ(decide(rule, Values{10, 10, 10, 10, 10}), Stop::reached);
  // Wide until the fifth; the sixth alone makes no two looks.
  EXPECT_EQ(decide(rule, Values{10, 14, 10, 14, 10}), Stop::go_on);
  EXPECT_EQ(decide(rule, Values{10, 14, 10, 14, 10, 14}), Stop::go_on);
  EXPECT_EQ(decide(rule, Values{10, 14, 10, 14, 10, 14, 10}), Stop::not_reached);
}

TEST(Stopping, OneNarrowLookByLuckIsNotEnough) {
  const StoppingRule rule{.target = 0.05, .least = 3, .most = 50};
  const Values values{10, 11, 10.5, 10.5, 10.5, 10.5, 10.5, 10.5, 10.5, 10.5, 10.5, 10.5};
  std::size_t first_narrow = 2;
  while (*relative_half_width(std::span(values).first(first_narrow)) > rule.target) ++first_narrow;
  EXPECT_EQ(decide(rule, std::span(values).first(first_narrow)), Stop::go_on);
  EXPECT_EQ(decide(rule, std::span(values).first(first_narrow + 1)), Stop::reached);
}

TEST(Stopping, ASingleRunIsNeverEnoughHoweverFewAreAskedFor) {
  EXPECT_EQ(decide({.least = 1, .most = 5}, Values{10}), Stop::go_on);
  EXPECT_EQ(decide({.least = 1, .most = 5}, Values{10, 10}), Stop::go_on);
  EXPECT_EQ(decide({.least = 1, .most = 1}, Values{10}), Stop::not_reached);
}

struct Covered {
  double share = 0, runs = 0;  // of intervals that hold the truth; runs on average
};

// Of 500 series whose values scatter by `spread`, each following the one before it by `follow`; one in twenty is by a
// tenth higher where there are `outliers`, which are part of the truth.
Covered covered(double spread, double follow, bool outliers = false) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> noise(0, spread);
  std::bernoulli_distribution odd(0.05);
  const StoppingRule rule{.target = 0.02, .least = 5, .most = 50};
  const double truth = outliers ? 0.05 * std::log(1.1) : 0;
  constexpr int series = 500;
  int held = 0, runs = 0;
  for (int i = 0; i < series; ++i) {
    Values values;
    double deviation = noise(random);
    do {
      values.push_back(std::exp(deviation + (outliers && odd(random) ? std::log(1.1) : 0)));
      deviation = follow * deviation + std::sqrt(1 - follow * follow) * noise(random);
    } while (decide(rule, values) == Stop::go_on);
    const auto interval = log_mean_interval(values).value();
    held += interval.low <= std::exp(truth) && std::exp(truth) <= interval.high;
    runs += static_cast<int>(values.size());
  }
  return {static_cast<double>(held) / series, static_cast<double>(runs) / series};
}

// Of 2 000 series 95, 94, 79, 85 and 93 % of the intervals held the truth, after 8, 30, 10, 40 and 11 runs. To end a
// series of correlated runs is to choose one whose first runs happened to lie close together; nothing in the series
// tells that, and blocks of shuffled settings are there to break the correlation.
TEST(Stopping, TheIntervalThatEndedTheSeriesHoldsTheTruth) {
  const struct {
    double spread, follow;
    bool outliers;
    double least;
  } cases[] = {{0.02, 0, false, 0.93},
               {0.05, 0, false, 0.92},
               {0.02, 0.5, false, 0.76},
               {0.05, 0.5, false, 0.82},
               {0.02, 0, true, 0.90}};
  for (const auto& c : cases) {
    const auto out = covered(c.spread, c.follow, c.outliers);
    EXPECT_GE(out.share, c.least) << c.spread << " " << c.follow << " " << c.outliers << ", " << out.runs << " runs";
  }
}

TEST(Trend, IsThereWhereTheRunsGrowAndNotWhereTheyScatter) {
  Values warming, level;
  for (int i = 0; i < 10; ++i) {
    const double scatter = i % 2 ? 1.001 : 0.999;
    warming.push_back(100 * std::pow(1.01, i) * scatter);
    level.push_back(100 * scatter);
  }
  const auto grows = trend(warming);
  ASSERT_TRUE(grows);
  EXPECT_NEAR(grows->value, 0.01, 0.001);
  EXPECT_TRUE(excludes(*grows, 0));
  EXPECT_FALSE(excludes(trend(level).value(), 0));
  EXPECT_FALSE(trend(Values{1, 2}));
  EXPECT_FALSE(trend(Values{1, 2, 0}));
}

}  // namespace
}  // namespace analysis
