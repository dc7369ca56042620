#include "meter/wall.h"

#include <gtest/gtest.h>

#include <cmath>

namespace meter {
namespace {

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
  const auto line = at_the_wall({total(Scope::package, 1000, 0)}, {});
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
  const auto line = at_the_wall({total(Scope::package, 900, 30), total(Scope::dram, 100, 10)}, factor);
  ASSERT_TRUE(line);
  EXPECT_NEAR(line->energy.value().value(), 1300, 1e-9);
  EXPECT_NEAR(line->energy.low().value(), 1300 - std::hypot(40 * 1.3, 50), 1e-9);
  EXPECT_NEAR(line->energy.high().value(), 1300 + std::hypot(40 * 1.3, 100), 1e-9);
  EXPECT_EQ(line->energy.source(), "powercap x 1.30, calibrated");
}

TEST(AtTheWall, ThereIsNoneWhereTheWallIsKnownOrTheInsideIsNot) {
  const auto none = [](const std::vector<jobs::EnergyLine>& lines) { return !at_the_wall(lines, {}); };
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
  lines.push_back(*at_the_wall(lines, {}));
  EXPECT_EQ(jobs::headline(lines), &lines.front());
}

}  // namespace
}  // namespace meter
