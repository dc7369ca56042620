#include "power/ledger.h"

#include <gtest/gtest.h>

#include <vector>

namespace power {
namespace {

using namespace units::literals;

constexpr std::uint64_t kRange = 262'143'328'850;  // of a real package zone, in microjoules

Zone package() {
  Zone zone;
  zone.path = "/sys/class/powercap/intel-rapl:0";
  zone.name = "package-0";
  zone.range = kRange;
  zone.limit = 100_W;
  return zone;
}

Reading at(double seconds, std::uint64_t raw) {
  Reading reading;
  reading.raw = raw;
  reading.at = units::BootTime::from_seconds(seconds);
  return reading;
}

Reading gauge_at(double seconds, units::Watts power) {
  auto reading = at(seconds, 0);
  reading.power = power;
  return reading;
}

struct Look {
  Reading reading;
  Step step;
};
Total check(const Zone& zone, const std::vector<Look>& looks) {
  Account account(zone);
  std::uint64_t before = 0;
  for (const auto& look : looks) {
    EXPECT_EQ(account.add(look.reading), look.step) << "at " << look.reading.at.seconds() << " s";
    EXPECT_GE(account.total().steps, before) << "totals never fall";
    before = account.total().steps;
  }
  return account.total();
}

TEST(Ledger, TheFirstReadingCountsNothing) {
  const auto total = check(package(), {{at(1, 5'000'000), Step::first}});
  EXPECT_EQ(total.steps, 0u);
  EXPECT_EQ(total.readings, 1u);
}

TEST(Ledger, EnergyAndPowerComeFromTheSameInterval) {
  const auto total = check(package(), {{at(1, 0), Step::first}, {at(3, 80'000'000), Step::counted}});
  EXPECT_DOUBLE_EQ(total.energy.value(), 80);
  EXPECT_DOUBLE_EQ(total.power.value(), 40);
}

TEST(Ledger, AWrapAtAnyPhaseLosesNoEnergy) {
  const std::uint64_t step = 50'000'000;
  for (const std::uint64_t left : {0ull, 1ull, 10ull, 25'000'000ull, 49'999'999ull, 50'000'000ull}) {
    const auto before = kRange - left;
    const auto total = check(package(), {{at(0, before), Step::first},
                                         {at(1, (before + step) % kRange), Step::counted},
                                         {at(2, (before + 2 * step) % kRange), Step::counted}});
    EXPECT_EQ(total.steps, 2 * step) << left << " before the end of the range";
    EXPECT_EQ(total.resets, 0u);
  }
}

TEST(Ledger, ACounterThatRestartedIsAGapAndNeverAHugeStep) {
  const auto total = check(package(), {{at(0, 200'000'000'000), Step::first},
                                       {at(1, 200'050'000'000), Step::counted},
                                       {at(2, 1'000'000), Step::reset},
                                       {at(3, 51'000'000), Step::counted}});
  EXPECT_DOUBLE_EQ(total.energy.value(), 100);
  EXPECT_EQ(total.resets, 1u);
  EXPECT_DOUBLE_EQ(total.gap.value(), 1);
}

TEST(Ledger, AStepForwardBeyondThreeTimesTheLimitIsNotBelieved) {
  const auto total = check(package(), {{at(0, 0), Step::first}, {at(1, 302'000'000), Step::reset}});
  EXPECT_EQ(total.steps, 0u);
  check(package(), {{at(0, 0), Step::first}, {at(1, 299'000'000), Step::counted}});
}

TEST(Ledger, ATickThatFallsIntoAVeryShortIntervalIsBelieved) {
  // 100 W × 1 ms published between two reads that lie 20 µs apart: 5 kW at face value.
  check(package(), {{at(0, 0), Step::first}, {at(0.00002, 100'000), Step::counted}});
}

TEST(Ledger, WithAnUnreadableRangeASmallerValueIsDroppedAndCounted) {
  auto zone = package();
  zone.range = 0;
  const auto total = check(zone, {{at(0, 900'000'000), Step::first},
                                  {at(1, 950'000'000), Step::counted},
                                  {at(2, 10'000'000), Step::dropped},
                                  {at(3, 60'000'000), Step::counted}});
  EXPECT_DOUBLE_EQ(total.energy.value(), 100);
  EXPECT_EQ(total.dropped, 1u);
  EXPECT_DOUBLE_EQ(total.gap.value(), 1);
}

TEST(Ledger, AValueAboveTheRangeIsDroppedAndTheNextOneCountsOverTheWholeInterval) {
  const auto total = check(
      package(), {{at(0, 0), Step::first}, {at(1, kRange + 7), Step::dropped}, {at(2, 90'000'000), Step::counted}});
  EXPECT_DOUBLE_EQ(total.energy.value(), 90);
  EXPECT_DOUBLE_EQ(total.power.value(), 45);
}

TEST(Ledger, AnIntervalInWhichTheCounterMayHaveGoneRoundTwiceIsBoundedAndMarked) {
  // 100 W fill 262 kJ in 2 621 s: after 6 000 s the 10 kJ seen may be 10, 272 or 534 kJ.
  const auto total = check(package(), {{at(0, 0), Step::first}, {at(6'000, 10'000'000'000), Step::degraded}});
  EXPECT_DOUBLE_EQ(total.energy.value(), 10'000);
  EXPECT_DOUBLE_EQ(total.low.value(), 10'000);
  EXPECT_NEAR(total.high.value(), 10'000 + 2 * 262'143.3, 1);
  EXPECT_EQ(total.degraded, 1u);
}

TEST(Ledger, CountersOfTenToTheNineteenAreNeitherOverflowsNorEnergyThatNobodyUsed) {
  constexpr std::uint64_t kHuge = 10'000'000'000'000'000'000u, kMost = UINT64_MAX;
  for (const std::uint64_t range : {std::uint64_t{0}, kHuge, kMost}) {
    auto zone = package();
    zone.range = range;
    const auto counts = check(zone, {{at(0, kHuge - 100), Step::first}, {at(1, kHuge - 50), Step::counted}});
    EXPECT_EQ(counts.steps, 50u) << range;
    EXPECT_EQ(check(zone, {{at(0, 5), Step::first}, {at(1, kHuge), Step::reset}}).steps, 0u) << range;
  }
  auto zone = package();
  zone.range = kMost;
  EXPECT_EQ(check(zone, {{at(0, kMost - 7), Step::first}, {at(1, 3), Step::counted}}).steps, 10u);
  EXPECT_EQ(check(package(), {{at(0, 5), Step::first}, {at(1, kHuge), Step::dropped}}).dropped, 1u)
      << "beyond its range";
}

TEST(Ledger, ReadingsThatGoBackInTimeAreDroppedAndRepeatedOnesIgnored) {
  const auto total = check(package(), {{at(5, 0), Step::first},
                                       {at(4, 10), Step::dropped},
                                       {at(5, 0), Step::dropped},
                                       {at(6, 1'000'000), Step::counted}});
  EXPECT_DOUBLE_EQ(total.energy.value(), 1);
  EXPECT_EQ(total.dropped, 1u) << "a repeated reading is no fault";
}

TEST(Ledger, AGaugeIsIntegratedOverItsInterval) {
  auto zone = package();
  zone.kind = Zone::Kind::gauge;
  const auto total = check(zone, {{gauge_at(0, 40_W), Step::first},
                                  {gauge_at(10, 60_W), Step::counted},
                                  {gauge_at(11, units::Watts(-1)), Step::dropped},
                                  {gauge_at(12, 60_W), Step::counted}});
  EXPECT_NEAR(total.energy.value(), 500 + 120, 1e-6);
  EXPECT_EQ(total.dropped, 1u);
}

TEST(Ledger, AGaugeGivesTheSameJoulesAtAnyRate) {
  auto zone = package();
  zone.kind = Zone::Kind::gauge;
  Account fast(zone), slow(zone);
  for (int i = 0; i <= 30'000; ++i) {
    fast.add(gauge_at(i / 1000.0, units::Watts(33.3)));
    if (i % 1000 == 0) slow.add(gauge_at(i / 1000.0, units::Watts(33.3)));
  }
  EXPECT_NEAR(fast.total().energy.value(), slow.total().energy.value(), 1e-5);
}

TEST(Ledger, FactorsOfTheReadingsBecomeTheBoundsOfTheTotal) {
  auto low = at(1, 10'000'000);
  low.low_factor = 0.5, low.high_factor = 2;
  auto exact = at(2, 30'000'000);
  const auto total = check(package(), {{at(0, 0), Step::first}, {low, Step::counted}, {exact, Step::counted}});
  EXPECT_DOUBLE_EQ(total.low.value(), 5 + 20);
  EXPECT_DOUBLE_EQ(total.high.value(), 20 + 20);
}

TEST(Ledger, EveryZoneHasItsOwnAccount) {
  const std::vector<Zone> zones{package(), package()};
  Ledger ledger(zones);
  for (const double t : {0.0, 1.0}) {
    for (const std::size_t zone : {0u, 1u}) {
      auto reading = at(t, static_cast<std::uint64_t>(t * 1e6) * (zone + 1));
      reading.zone = zone;
      ledger.add(reading);
    }
  }
  EXPECT_DOUBLE_EQ(ledger.total(0).energy.value(), 1);
  EXPECT_DOUBLE_EQ(ledger.total(1).energy.value(), 2);
}

}  // namespace
}  // namespace power
