#include "attribution/attribute.h"

// gtest must come before rapidcheck's binding to it.
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace attribution {
namespace {

using namespace units::literals;
using units::Joules;
using units::Seconds;
using units::Watts;

Interval example() {
  return {.energy = 200_J,
          .duration = 2_s,
          .baseline = 40_W,
          .busy = 8_s,
          .workloads = {{.cpu = 4_s, .reserved = 0.5}, {.cpu = 2_s, .reserved = 0.25}}};
}

// Any interval that hardware and kernel could produce, noise included: dynamic energy may be negative, CPU time of the
// workloads may exceed the busy time (ticks of 10 ms), reservations may exceed the machine.
rc::Gen<Interval> intervals() {
  const auto number = [](int most) {
    return rc::gen::map(rc::gen::inRange(0, 1'000'001), [most](int n) { return most * (n / 1e6); });
  };
  return rc::gen::exec([number] {
    Interval interval;
    interval.energy = Joules(*number(1'000));
    interval.duration = Seconds(*number(10));
    interval.baseline = Watts(*number(200));
    interval.busy = Seconds(*number(100));
    const int workloads = *rc::gen::inRange(0, 9);
    for (int i = 0; i < workloads; ++i)
      interval.workloads.push_back({.cpu = Seconds(*number(30)), .reserved = *number(1)});
    return interval;
  });
}

TEST(Attribution, FollowsTheFormulaOfTheDeveloperPage) {
  const auto charges = attribute(example());
  // Dynamic: 200 − 40 × 2 = 120 J; shares 4 ÷ 8 and 2 ÷ 8.
  EXPECT_DOUBLE_EQ(charges.workloads[0].above_idle.value(), 60);
  EXPECT_DOUBLE_EQ(charges.workloads[1].above_idle.value(), 30);
  EXPECT_DOUBLE_EQ(charges.system.value(), 30);
  EXPECT_DOUBLE_EQ(charges.workloads[0].idle_share.value(), 40);
  EXPECT_DOUBLE_EQ(charges.workloads[1].idle_share.value(), 20);
  EXPECT_DOUBLE_EQ(charges.unallocated_idle.value(), 20);
}

TEST(Attribution, WhereTicksShowLessBusyTimeThanTheGroupsUsedTheGroupsShareAll) {
  auto interval = example();
  interval.busy = 1_s;
  const auto charges = attribute(interval);
  EXPECT_DOUBLE_EQ(charges.workloads[0].above_idle.value(), 80);
  EXPECT_DOUBLE_EQ(charges.workloads[1].above_idle.value(), 40);
  EXPECT_NEAR(charges.system.value(), 0, 1e-12);
}

TEST(Attribution, OverbookedReservationsAreScaledDownToTheMachine) {
  auto interval = example();
  interval.workloads[0].reserved = 1, interval.workloads[1].reserved = 1;
  const auto charges = attribute(interval);
  EXPECT_DOUBLE_EQ(charges.workloads[0].idle_share.value(), 40);
  EXPECT_DOUBLE_EQ(charges.unallocated_idle.value(), 0);
}

TEST(Attribution, NoiseBelowTheBaselineStaysNegative) {
  auto interval = example();
  interval.energy = 70_J;
  const auto charges = attribute(interval);
  EXPECT_DOUBLE_EQ(charges.workloads[0].above_idle.value(), -5) << "clipping would turn noise into energy";
}

TEST(Attribution, NoiseAroundTheBaselineSumsToNothing) {
  Joules sum{};
  for (int i = 0; i < 1'000; ++i) {
    Interval interval{.energy = Joules(4 + (i % 2 == 0 ? 0.2 : -0.2)),
                      .duration = 100_ms,
                      .baseline = 40_W,
                      .busy = 100_ms,
                      .workloads = {{.cpu = 100_ms, .reserved = 1}}};
    sum += attribute(interval).workloads[0].above_idle;
  }
  EXPECT_NEAR(sum.value(), 0, 1e-9);
}

TEST(Attribution, AQuietIntervalChargesNothingAboveIdle) {
  const auto charges = attribute(
      {.energy = 80_J, .duration = 2_s, .baseline = 40_W, .busy = {}, .workloads = {{.cpu = {}, .reserved = 1}}});
  EXPECT_EQ(charges.workloads[0].above_idle, Joules(0));
  EXPECT_EQ(charges.workloads[0].idle_share, 80_J);
}

TEST(Attribution, AJobAtHalfTheNodeGetsMostOfTheRise) {
  // The node rose by 200 W while one job used half of its cores and nothing else ran.
  const auto charges = attribute({.energy = 300_J,
                                  .duration = 1_s,
                                  .baseline = 100_W,
                                  .busy = Seconds(16.2),
                                  .workloads = {{.cpu = 16_s, .reserved = 0.5}}});
  EXPECT_GE(charges.workloads[0].above_idle.value(), 0.8 * 200);
}

RC_GTEST_PROP(AttributionProperty, PartsSumToTheMeasuredEnergy, ()) {
  const auto interval = *intervals();
  const auto charges = attribute(interval);
  double sum = charges.system.value() + charges.unallocated_idle.value();
  double terms = std::abs(charges.system.value()) + std::abs(charges.unallocated_idle.value());
  for (const auto& charge : charges.workloads) {
    sum += charge.above_idle.value() + charge.idle_share.value();
    terms += std::abs(charge.above_idle.value()) + std::abs(charge.idle_share.value());
  }
  RC_ASSERT(std::abs(sum - interval.energy.value()) <= 1e-9 * terms + 1e-12);
}

RC_GTEST_PROP(AttributionProperty, TheOrderOfWorkloadsDoesNotMatter, ()) {
  const auto interval = *intervals();
  auto reversed = interval;
  std::ranges::reverse(reversed.workloads);
  const auto a = attribute(interval);
  auto b = attribute(reversed);
  std::ranges::reverse(b.workloads);
  const double scale = std::abs(interval.energy.value()) + (interval.baseline * interval.duration).value() + 1e-9;
  for (std::size_t i = 0; i < a.workloads.size(); ++i) {
    RC_ASSERT(std::abs((a.workloads[i].above_idle - b.workloads[i].above_idle).value()) <= 1e-12 * scale);
    RC_ASSERT(std::abs((a.workloads[i].idle_share - b.workloads[i].idle_share).value()) <= 1e-12 * scale);
  }
}

RC_GTEST_PROP(AttributionProperty, WorkloadsTogetherNeverGetMoreThanThereIs, ()) {
  const auto interval = *intervals();
  const auto charges = attribute(interval);
  const Joules idle = interval.baseline * interval.duration, dynamic = interval.energy - idle;
  Joules above{}, shares{};
  for (const auto& charge : charges.workloads) above += charge.above_idle, shares += charge.idle_share;
  RC_ASSERT(std::abs(above.value()) <= std::abs(dynamic.value()) * (1 + 1e-12));
  RC_ASSERT(shares.value() <= idle.value() * (1 + 1e-12));
}

RC_GTEST_PROP(AttributionProperty, SplittingAnIntervalOfConstantUseChangesNothing, ()) {
  const auto whole = *intervals();
  auto half = whole;
  half.energy = whole.energy / 2, half.duration = whole.duration / 2, half.busy = whole.busy / 2;
  for (auto& workload : half.workloads) workload.cpu = workload.cpu / 2;
  const auto a = attribute(whole), b = attribute(half);
  const double scale = std::abs(whole.energy.value()) + (whole.baseline * whole.duration).value() + 1e-9;
  for (std::size_t i = 0; i < a.workloads.size(); ++i)
    RC_ASSERT(std::abs((a.workloads[i].above_idle - b.workloads[i].above_idle * 2).value()) <= 1e-12 * scale);
}

}  // namespace
}  // namespace attribution
