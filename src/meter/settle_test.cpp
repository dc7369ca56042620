#include "meter/settle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meter {
namespace {

using namespace units::literals;
using ::testing::HasSubstr;
using units::Joules;
using units::Scope;

const power::Zone& package() {
  static const power::Zone zone = [] {
    power::Zone z;
    z.name = "package-0", z.socket = 0, z.limit = 100_W;
    return z;
  }();
  return zone;
}
units::Measured<units::Watts> baseline() {
  return units::Measured<units::Watts>::of(40_W, 38_W, 42_W, units::Quality::measured, "powercap", Scope::package);
}

// Ten seconds at 80 W.
ZoneRun ten_seconds(double share, const power::Zone& zone = package()) {
  ZoneRun run;
  run.zone = &zone;
  run.tally.energy = run.tally.low = run.tally.high = 800_J;
  run.tally.duration = 10_s;
  run.tally.by_share = 800_J * share;
  run.tally.alone = run.tally.at_most = 800_J;
  return run;
}
// The same with its idle power known: 40 W ± 2.
ZoneRun with_baseline(double share) {
  auto run = ten_seconds(share);
  run.idle = baseline();
  auto& tally = run.tally;
  tally.above_idle = 400_J * share, tally.idle_share = 400_J;
  tally.above_down = tally.above_up = 20_J * share, tally.part_down = tally.part_up = 20_J;
  tally.total_down = tally.total_up = 20_J * (1 - share);
  tally.unlike = tally.above_idle * (1 - share);
  return run;
}
RunFacts run_of(units::Seconds elapsed) {
  RunFacts run;
  run.elapsed = elapsed;
  return run;
}
ScopeEnergy settle_one(const ZoneRun& zone, const RunFacts& run = run_of(10_s)) {
  return settle(Scope::package, "powercap", std::span(&zone, 1), run);
}

TEST(Settle, TheWidthOfAnUndisturbedRunIsThatOfItsBoundaries) {
  auto zone = ten_seconds(1);
  zone.half_widths = 1_ms;
  const auto total = settle_one(zone).total;
  // 80 W × (0.78 of a tick of 1 ms + the half-widths of 1 ms).
  EXPECT_NEAR(total.low().value(), 800 - 0.1424, 1e-9);
  EXPECT_NEAR(total.high().value(), 800 + 0.1424, 1e-9);
}

TEST(Settle, OtherWorkLowersTheLowerBoundToTheShare) {
  auto run = run_of(10_s);
  run.other_work = RunFacts::OtherWork::noticed;
  const auto total = settle_one(ten_seconds(0.75), run).total;
  EXPECT_EQ(total.value(), 800_J);
  EXPECT_NEAR(total.low().value(), 600, 0.1);
  EXPECT_NEAR(total.high().value(), 800, 0.1);
}

TEST(Settle, AGapRaisesTheUpperBoundByWhatTheHardwareAllows) {
  auto zone = ten_seconds(1);
  zone.gap = 2_s;
  EXPECT_NEAR(settle_one(zone).total.high().value(), 800 + 200, 0.1);
}

TEST(Settle, AnUncertainBaselineMovesBothPartsAgainstEachOther) {
  const auto energy = settle_one(with_baseline(1));
  EXPECT_NEAR(energy.idle_share.low().value(), 380, 1e-6);
  EXPECT_NEAR(energy.idle_share.high().value(), 420, 1e-6);
  EXPECT_NEAR(energy.above_idle.low().value(), 380, 0.1);
  EXPECT_NEAR(energy.above_idle.high().value(), 420, 0.1);
  EXPECT_EQ(energy.total.value(), 800_J);
  EXPECT_LT(energy.total.half_width().value(), 1) << "what is charged to the one is not charged to the other";
}

TEST(Settle, WithoutACurveTheMarginalEnergyHasAReason) {
  auto zone = with_baseline(1);
  EXPECT_EQ(settle_one(zone).marginal.reason(), kNoCurve);
  zone.tally.marginal = 300_J, zone.tally.marginal_time = 10_s;
  EXPECT_EQ(settle_one(zone).marginal.value(), 300_J);
}

TEST(Settle, WhatASlowMeterHasNotShownYetIsExtrapolated) {
  auto slow = package();
  slow.tick = 2_s;
  auto zone = ten_seconds(1, slow);
  const auto energy = settle_one(zone, run_of(12_s)).total;
  EXPECT_NEAR(energy.value().value(), 960, 1e-9);
  EXPECT_GT(energy.half_width().value(), 100) << "an update of 2 s at either end";
}

TEST(Settle, AGpuThatCannotBeSplitSaysWhy) {
  auto gpu = package();
  gpu.split = power::Zone::Split::none, gpu.no_split_reason = "MIG";
  const auto energy = settle_one(ten_seconds(1, gpu));
  EXPECT_EQ(energy.total.reason(), "MIG");
  EXPECT_TRUE(energy.power.known());
}

TEST(Settle, ASmallerShareIsLessSure) {
  const auto alone = settle_one(with_baseline(1)).above_idle;
  const auto crowded = settle_one(with_baseline(0.3)).above_idle;
  EXPECT_GT(crowded.half_width() / crowded.value(), alone.half_width() / alone.value());
}

TEST(Settle, WhatIsNotKnownHasAReasonAndNoNumber) {
  struct Case {
    std::string expected;
    ZoneRun zone;
    RunFacts run;
  };
  auto faulty = ten_seconds(1);
  faulty.fault = "package-0 could not be read: permission denied";
  auto still = ten_seconds(1);
  still.tally.energy = Joules(0);
  auto reset = still;
  reset.gap = 1_s;
  const std::vector<Case> cases{
      {"too short: 2.00 ms is less than 3 updates of powercap (1.00 ms each)", ten_seconds(1), run_of(2_ms)},
      {"package-0 could not be read: permission denied", faulty, run_of(10_s)},
      {"the counter of package-0 did not move in 10.0 s", still, run_of(10_s)},
      {"the counter of package-0 was reset while it ran", reset, run_of(10_s)},
  };
  for (const auto& [expected, zone, run] : cases) {
    const auto energy = settle_one(zone, run);
    EXPECT_FALSE(energy.power.known());
    for (const auto* part : {&energy.total, &energy.above_idle, &energy.idle_share})
      EXPECT_EQ(part->reason(), expected);
  }
  EXPECT_FALSE(settle(Scope::dram, "powercap", {}, run_of(10_s)).total.known());
}

TEST(Settle, ABaselineAboveTheMeasurementIsNotReportedAsZeroOrLess) {
  auto zone = with_baseline(1);
  zone.tally.above_idle = Joules(-500);
  const auto energy = settle_one(zone);
  EXPECT_THAT(energy.total.reason(), HasSubstr("the baseline is too high"));
  EXPECT_LT(energy.above_idle.value(), Joules(0)) << "the part itself stays signed";
}

TEST(Settle, WhoUsedNothingAndHasNoPartOfTheIdlePowerIsNotReportedAsZero) {
  auto zone = with_baseline(0);
  zone.tally.idle_share = Joules(0);
  EXPECT_THAT(settle_one(zone).total.reason(), HasSubstr("it used none of it"));
}

TEST(Settle, ACpuTimeThatIsToldInTicksMayBeATickMore) {
  auto zone = with_baseline(0);
  zone.tally.dynamic = 400_J, zone.tally.busy = 40_s;
  auto run = run_of(10_s);
  run.cpu_rounding = 20_ms;
  const auto above = settle_one(zone, run).above_idle;
  EXPECT_EQ(above.value(), 0_J);
  EXPECT_NEAR(above.high().value(), 0.2, 1e-9) << "two ticks at 10 W";
  EXPECT_EQ(settle_one(zone).above_idle.high(), 0_J) << "a control group tells it exactly";
}

TEST(Settle, OneEstimatedZoneMakesTheSumAnEstimate) {
  auto guessed = package();
  guessed.name = "package-1", guessed.socket = 1, guessed.quality = units::Quality::estimated;
  const std::vector zones{ten_seconds(1), ten_seconds(1, guessed)};
  const auto energy = settle(Scope::package, "mixed", zones, run_of(10_s));
  EXPECT_EQ(energy.total.value(), 1600_J);
  EXPECT_EQ(energy.total.quality(), units::Quality::estimated);
}

}  // namespace
}  // namespace meter
