#include "meter/wall.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "meter/world_for_tests.h"

namespace meter {
namespace {

using namespace units::literals;
using jobs::Part;
using units::Joules;
using units::Quality;
using units::Scope;
using Energy = units::Measured<Joules>;

jobs::EnergyLine total(Scope scope, double joules, double half, Quality quality = Quality::measured) {
  return {Part::total,
          Energy::of(Joules(joules), Joules(joules - half), Joules(joules + half), quality, "powercap", scope)};
}
jobs::EnergyLine no_total(Scope scope) { return {Part::total, Energy::unmeasurable(scope, "too short")}; }

TEST(AtTheWall, WithoutACalibrationItIsTheDefaultFactorAndSaysSo) {
  const auto line = at_the_wall({total(Scope::package, 1000, 0)}, {}, 10_s);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->part, Part::wall);
  EXPECT_EQ(line->energy.quality(), Quality::estimated);
  EXPECT_EQ(line->energy.scope(), Scope::machine);
  EXPECT_NEAR(line->energy.value().value(), 1170, 1e-9);
  EXPECT_NEAR(line->energy.low().value(), 1070, 1e-9);
  EXPECT_NEAR(line->energy.high().value(), 1270, 1e-9);
  EXPECT_EQ(line->energy.source(), "powercap x 1.17, not calibrated");
}

TEST(AtTheWall, ACalibratedFactorIsOfPackageAndMemoryAndItsIntervalIsWider) {
  const attribution::WallFactor factor{.scope = Scope::package, .factor = 1.3, .low = 1.25, .high = 1.4, .at = {}};
  const auto line = at_the_wall({total(Scope::package, 900, 30), total(Scope::dram, 100, 10)}, factor, 10_s);
  ASSERT_TRUE(line);
  EXPECT_NEAR(line->energy.value().value(), 1300, 1e-9);
  EXPECT_NEAR(line->energy.low().value(), 1300 - std::hypot(40 * 1.3, 50), 1e-9);
  EXPECT_NEAR(line->energy.high().value(), 1300 + std::hypot(40 * 1.3, 100), 1e-9);
  EXPECT_EQ(line->energy.source(), "powercap x 1.30, calibrated");
}

// wall = 55 W + 1.2 × package, known best at 100 W, where it is 175 W ± 2.
attribution::WallFactor line() {
  return {.scope = Scope::package,
          .factor = 1.2,
          .low = 1.1,
          .high = 1.3,
          .at = {},
          .middle = attribution::WallFactor::Middle{.scope = 100_W, .wall = 175_W, .low = 173_W, .high = 177_W}};
}

TEST(AtTheWall, WhoHasTheMachineForItselfPaysForWhatItsWallTakesAtRest) {
  const auto wall = at_the_wall({total(Scope::package, 1000, 0)}, line(), 10_s);
  ASSERT_TRUE(wall);
  EXPECT_NEAR(wall->energy.value().value(), 550 + 1200, 1e-9);
  EXPECT_NEAR(wall->energy.high().value(), 1750 + 20, 1e-9)
      << "at the middle of the line the factor's error is nothing";
  EXPECT_EQ(wall->energy.source(), "powercap x 1.20 + 55.0 W, calibrated");
  const auto idle = at_the_wall({total(Scope::package, 400, 0)}, line(), 10_s);
  EXPECT_NEAR(idle->energy.value().value(), 550 + 480, 1e-9);
  EXPECT_NEAR(idle->energy.low().value(), 1030 - std::hypot(20, 60), 1e-9);
}

TEST(AtTheWall, APartOfTheIdlePowerIsAPartOfTheConstant) {
  // A quarter of the machine: 25 W of idle, 15 W above it.
  const auto quarter = at_the_wall({total(Scope::package, 400, 0)}, line(), 2.5_s);
  ASSERT_TRUE(quarter);
  EXPECT_NEAR(quarter->energy.value().value(), 55 * 2.5 + 1.2 * 400, 1e-9);
  const auto nothing = at_the_wall({total(Scope::package, 150, 0)}, line(), 0_s);
  EXPECT_NEAR(nothing->energy.value().value(), 180, 1e-9) << "who has no part of the idle power has none of it";
  EXPECT_NEAR(nothing->energy.high().value(), 195, 1e-9);
}

const jobs::EnergyLine& wall_of(const WorkloadEnergy& energy) {
  const auto found = std::ranges::find(energy.energy, Part::wall, &jobs::EnergyLine::part);
  EXPECT_NE(found, energy.energy.end());
  return found == energy.energy.end() ? energy.energy.front() : *found;
}

TEST(AtTheWall, WorkloadsTogetherPayForTheWholeWall) {
  for (const std::optional<units::Watts> baseline : {std::optional(40_W), std::optional<units::Watts>()}) {
    World world({.idle = 40_W, .per_cpu = 10_W, .baseline = baseline});
    world.meter->take({.zones = {}, .wall = line()});
    const auto a = world.add_job(3), b = world.add_job(1);
    const auto first = world.begin(a, 0.25), second = world.begin(b, 0.75);
    world.run_for(10_s);
    const auto one = wall_of(world.meter->end(first, world.cpu_of(a)));
    const auto other = wall_of(world.meter->end(second, world.cpu_of(b)));
    EXPECT_NEAR((one.energy.value() + other.energy.value()).value(), 10 * (55 + 1.2 * 80), 0.1);
    if (baseline) {
      EXPECT_NEAR(one.energy.value().value(), 55 * 2.5 + 1.2 * (300 + 100), 0.1);
    }
  }
}

TEST(AtTheWall, OneOfTwoSocketsIsHalfOfTheMachine) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W, .sockets = 2});
  world.meter->take({.zones = {}, .wall = line()});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(10_s);
  EXPECT_NEAR(wall_of(world.meter->end(handle, world.cpu_of(job))).energy.value().value(), 10 * (55 + 1.2 * 80), 0.1)
      << "the constant is the machine's, not each socket's";
}

TEST(AtTheWall, ThereIsNoneWhereTheWallIsKnownOrTheInsideIsNot) {
  const auto none = [](const std::vector<jobs::EnergyLine>& lines) { return !at_the_wall(lines, {}, 10_s); };
  EXPECT_TRUE(none({total(Scope::machine, 500, 1), total(Scope::package, 100, 1)})) << "a meter measures there";
  EXPECT_TRUE(none({total(Scope::machine, 500, 1, Quality::estimated)})) << "the estimate is of the wall already";
  EXPECT_TRUE(none({total(Scope::package, 100, 1, Quality::simulated)})) << "no machine, no wall";
  EXPECT_TRUE(none({no_total(Scope::package)}));
  EXPECT_TRUE(none({total(Scope::package, 100, 1), no_total(Scope::dram)})) << "the factor is of both";
  EXPECT_TRUE(none({total(Scope::psys, 100, 1)}));
  EXPECT_TRUE(none({}));
  EXPECT_FALSE(none({no_total(Scope::machine), total(Scope::package, 100, 1)})) << "the meter is too slow for this run";
}

TEST(AtTheWall, IsNeverTheHeadlineOfAReport) {
  std::vector<jobs::EnergyLine> lines{total(Scope::package, 1000, 1)};
  lines.push_back(*at_the_wall(lines, {}, 10_s));
  EXPECT_EQ(jobs::headline(lines), &lines.front());
}

}  // namespace
}  // namespace meter
