#include "meter/trace.h"

#include <gtest/gtest.h>

namespace meter {
namespace {

using namespace units::literals;

double area(const std::vector<jobs::PowerPoint>& points) {
  double joules = 0, before = 0;
  for (const auto& point : points) {
    joules += point.power.value() * (point.at.value() - before);
    before = point.at.value();
  }
  return joules;
}

TEST(Trace, ADayAtTenHertzFitsAndKeepsItsEnergyAndItsPeak) {
  Trace trace(50_ms);
  for (int i = 0; i < 864'000; ++i) trace.add(i == 1'234 ? 50_J : 8_J, 100_ms);
  const auto points = trace.points();
  EXPECT_LE(points.size(), Trace::kMostPoints);
  EXPECT_GE(points.size(), Trace::kMostPoints / 4);
  EXPECT_NEAR(points.back().at.value(), 86'400, 1e-3);
  EXPECT_NEAR(area(points), 864'000 * 8 + 42, 1);
  EXPECT_NEAR(trace.peak()->value(), 500, 1e-6) << "thinning does not flatten the peak";
}

TEST(Trace, IntervalsOfAFewTicksAreMergedWithTheNext) {
  Trace trace(50_ms);
  trace.add(5_J, 10_ms);  // a boundary read just after an update
  trace.add(3_J, 90_ms);
  const auto points = trace.points();
  ASSERT_EQ(points.size(), 1u);
  EXPECT_NEAR(points[0].power.value(), 80, 1e-9);
  EXPECT_NEAR(trace.peak()->value(), 80, 1e-9);
}

TEST(Trace, TheShortRestAtTheEndBelongsToTheLastPoint) {
  Trace trace(50_ms);
  trace.add(8_J, 100_ms);
  trace.add(1_J, 10_ms);
  const auto points = trace.points();
  ASSERT_EQ(points.size(), 1u);
  EXPECT_NEAR(points[0].at.value(), 0.11, 1e-9);
  EXPECT_NEAR(area(points), 9, 1e-9);
}

TEST(Trace, ARunShorterThanAnyIntervalIsOnePoint) {
  Trace trace(50_ms);
  EXPECT_FALSE(trace.peak());
  trace.add(2_J, 20_ms);
  ASSERT_EQ(trace.points().size(), 1u);
  EXPECT_NEAR(trace.peak()->value(), 100, 1e-9);
}

}  // namespace
}  // namespace meter
