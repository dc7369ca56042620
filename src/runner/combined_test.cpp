#include "runner/combined.h"

#include <gmock/gmock.h>

namespace runner {
namespace {

using Energy = units::Measured<units::Joules>;
using jobs::Part;
using units::Scope;

jobs::EnergyLine line(double joules, double half, Part part = Part::total, Scope scope = Scope::package) {
  return {part, Energy::of(units::Joules(joules), units::Joules(joules - half), units::Joules(joules + half),
                           units::Quality::measured, "perf", scope)};
}
jobs::EnergyLine unknown(Part part = Part::total) { return {part, Energy::unmeasurable(Scope::package, "too short")}; }

TEST(SumOf, AddsLineByLine) {
  const auto sum = sum_of({{line(10, 1), line(4, 1, Part::above_idle)}, {line(20, 2), line(6, 1, Part::above_idle)}});
  ASSERT_EQ(sum.size(), 2u);
  EXPECT_EQ(sum[0].energy, line(30, 3).energy);
  EXPECT_EQ(sum[1].energy.value(), units::Joules(10));
}

TEST(SumOf, KnowsNothingWhereAPartIsNotKnown) {
  EXPECT_EQ(sum_of({{line(10, 1)}, {unknown()}})[0].energy.reason(), "too short");
  const auto apart = sum_of({{line(10, 1)}, {line(5, 1, Part::total, Scope::gpu)}});
  ASSERT_EQ(apart.size(), 1u);
  EXPECT_FALSE(apart[0].energy.known());
}

TEST(MeanOf, HoldsTheScatterOfTheRunsAndWhatTheSensorMayBeWrongBy) {
  const auto same = mean_of({{line(100, 3)}, {line(100, 3)}, {line(100, 3)}})[0].energy;
  EXPECT_NEAR(same.value().value(), 100, 1e-9);
  EXPECT_NEAR(same.low().value(), 97, 1e-6) << "runs that are alike leave the sensor's own";
  const auto scattered = mean_of({{line(90, 3)}, {line(100, 3)}, {line(110, 3)}})[0].energy;
  EXPECT_NEAR(scattered.value().value(), 100, 1e-9);
  EXPECT_LT(scattered.low().value(), 80);
  EXPECT_GT(scattered.high().value(), 120);
}

TEST(MeanOf, KeepsPartsThatAddUpAddingUp) {
  const auto mean = mean_of({{line(30, 1), line(10, 1, Part::above_idle), line(20, 1, Part::idle_share)},
                             {line(60, 1), line(45, 1, Part::above_idle), line(15, 1, Part::idle_share)}});
  EXPECT_NEAR(mean[0].energy.value().value(), (mean[1].energy.value() + mean[2].energy.value()).value(), 1e-9);
}

TEST(MeanOf, TakesWhatIsNotAboveZeroAsItIs) {
  const auto mean = mean_of({{line(-1, 2, Part::above_idle)}, {line(3, 2, Part::above_idle)}})[0].energy;
  EXPECT_EQ(mean, line(1, 2).energy);
}

TEST(ScatterOf, IsAShareOfTheMean) {
  EXPECT_EQ(scatter_of({{line(100, 1)}}), std::nullopt);
  EXPECT_EQ(scatter_of({{line(100, 1)}, {unknown()}}), std::nullopt);
  EXPECT_NEAR(*scatter_of({{line(100, 1)}, {line(100, 1)}, {line(100, 1)}}), 0, 1e-9);
  EXPECT_GT(*scatter_of({{line(90, 1)}, {line(100, 1)}, {line(110, 1)}}), 0.1);
}

}  // namespace
}  // namespace runner
