#include "quality/pooling.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace quality {
namespace {

using media::Metric;
constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr units::Hertz kTwoAFrame{2};

TEST(Pooling, OfNoFramesIsNothing) { EXPECT_FALSE(pool(Metric::ssim, {}, kTwoAFrame)); }

TEST(Pooling, OfOneFrameIsThatFrame) {
  const auto one = pool(Metric::vmaf, std::vector{80.0}, units::Hertz(25));
  ASSERT_TRUE(one);
  EXPECT_DOUBLE_EQ(one->mean, 80);
  EXPECT_NEAR(one->harmonic_mean, 80, 1e-9);
  EXPECT_DOUBLE_EQ(one->first_percentile, 80);
  EXPECT_DOUBLE_EQ(one->worst_second, 80);
  EXPECT_EQ(one->worst_second_at, units::Seconds(0));
}

TEST(Pooling, FindsTheWorstSecondWhereverItBegins) {
  const auto ssim = pool(Metric::ssim, std::vector{0.9, 0.9, 0.9, 0.5, 0.7, 0.9}, kTwoAFrame);
  ASSERT_TRUE(ssim);
  EXPECT_DOUBLE_EQ(ssim->mean, 0.8);
  EXPECT_DOUBLE_EQ(ssim->worst_second, 0.6);
  EXPECT_EQ(ssim->worst_second_at, units::Seconds(1.5));
}

TEST(Pooling, OfDecibelsIsOverTheErrorAndSurvivesIdenticalFrames) {
  // Errors 0 and 1/1000: the mean error is 1/2000.
  const auto psnr = pool(Metric::psnr, std::vector{kInfinite, 30.0}, kTwoAFrame);
  ASSERT_TRUE(psnr);
  EXPECT_NEAR(psnr->mean, 10 * std::log10(2000), 1e-9);
  EXPECT_DOUBLE_EQ(psnr->harmonic_mean, 60);  // 2 / (0 + 1/30)
  EXPECT_EQ(pool(Metric::psnr, std::vector{kInfinite, kInfinite}, kTwoAFrame)->mean, kInfinite);
}

TEST(Pooling, HarmonicMeanOfVmafIsThatOfLibvmafAndKnowsZero) {
  const auto vmaf = pool(Metric::vmaf, std::vector{0.0, 99.0}, kTwoAFrame);
  ASSERT_TRUE(vmaf);
  EXPECT_NEAR(vmaf->harmonic_mean, 2 / (1 + 0.01) - 1, 1e-12);
  EXPECT_DOUBLE_EQ(pool(Metric::ssim, std::vector{0.0, 1.0}, kTwoAFrame)->harmonic_mean, 0);
}

TEST(Pooling, FirstPercentileLiesBetweenTheWorstFrames) {
  std::vector<double> frames;
  for (int i = 0; i <= 100; ++i) frames.push_back(i);
  EXPECT_DOUBLE_EQ(pool(Metric::vmaf, frames, units::Hertz(25))->first_percentile, 1);
  frames.pop_back(), frames.pop_back();  // 0 to 98: 0.98 of the way
  EXPECT_NEAR(pool(Metric::vmaf, frames, units::Hertz(25))->first_percentile, 0.98, 1e-12);
}

}  // namespace
}  // namespace quality
