#include "attribution/load_curve.h"

#include <gtest/gtest.h>

#include <cmath>

namespace attribution {
namespace {

using namespace units::literals;
using units::Watts;

// A machine that is steep at low load and flat at high load, as real ones are.
Watts truth(double load) { return Watts(20 + 80 * std::sqrt(load)); }

LoadCurve learned(double from, double to) {
  LoadCurve curve;
  for (double load = from; load < to + 0.01; load += 0.05) curve.add(load, truth(load), 10_s);
  return curve;
}

TEST(LoadCurve, IsNotKnownBeforeItWasSeen) {
  EXPECT_FALSE(LoadCurve().at(0.5));
  LoadCurve brief;
  for (const double load : {0.0, 0.2, 0.4, 0.6}) brief.add(load, truth(load), 1_s);
  EXPECT_FALSE(brief.at(0.3)) << "a second is not enough";
  EXPECT_FALSE(learned(0.0, 0.5).at(0.9)) << "nobody has seen that load";
}

TEST(LoadCurve, FollowsWhatItSaw) {
  const auto curve = learned(0.0, 1.0);
  for (const double load : {0.1, 0.33, 0.5, 0.77, 1.0})
    EXPECT_NEAR(curve.at(load)->value(), truth(load).value(), 1.5) << load;
}

TEST(LoadCurve, NeverFallsWithTheLoadWhateverTheNoise) {
  LoadCurve curve;
  for (int i = 0; i <= 20; ++i) curve.add(i / 20.0, Watts(50 + i + (i % 2 ? 8 : -8)), 10_s);
  double before = 0;
  for (int i = 0; i <= 100; ++i) {
    const auto power = curve.at(i / 100.0);
    ASSERT_TRUE(power);
    EXPECT_GE(power->value(), before - 1e-9);
    before = power->value();
  }
}

TEST(LoadCurve, KeepsItselfInPoints) {
  const auto curve = learned(0.0, 1.0);
  const LoadCurve again(curve.points());
  EXPECT_NEAR(again.at(0.42)->value(), curve.at(0.42)->value(), 1e-9);
  EXPECT_FALSE(LoadCurve({{2, 5_W, 10_s}, {-1, 5_W, 10_s}}).at(0.5)) << "loads that cannot be are not taken";
}

}  // namespace
}  // namespace attribution
