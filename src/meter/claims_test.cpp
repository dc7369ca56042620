// What a workload's owner says of its CPU time is believed as far as the machine allows it.
#include <gtest/gtest.h>

#include "meter/world_for_tests.h"

namespace meter {
namespace {

using namespace units::literals;
using jobs::Part;
using units::Joules;

Joules above_idle(const WorkloadEnergy& energy) {
  for (const auto& line : energy.energy)
    if (line.part == Part::above_idle) return line.energy.known() ? line.energy.value() : Joules(-1);
  return Joules(-1);
}

// Two jobs for ten seconds, of one and of three CPUs at 10 W each; what the first gets whose owner claims `claim`, and
// what the second gets.
std::pair<double, double> side_by_side(std::optional<units::Seconds> claim, bool estimated = false) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W, .estimated = estimated});
  const auto a = world.add_job(1), b = world.add_job(3);
  const auto first = world.begin(a, 0.5), second = world.begin(b, 0.5);
  world.run_for(10_s);
  const auto one = world.meter->end(first, claim.value_or(world.cpu_of(a)));
  const auto other = world.meter->end(second, world.cpu_of(b));
  const auto account = world.meter->accounts()[0];
  EXPECT_NEAR((account.above_idle + account.idle_share + account.system + account.unallocated_idle).value(),
              account.energy.value(), 1e-6);
  return {above_idle(one).value(), above_idle(other).value()};
}

TEST(Claims, WhoClaimsMoreThanTheMachineHasGetsTheLastStepAtMost) {
  const auto [honest, beside] = side_by_side({});
  EXPECT_NEAR(honest, 100, 0.5);
  EXPECT_NEAR(beside, 300, 0.5);
  for (const double claim : {1e3, 1e9, 1e19}) {
    const auto [liar, victim] = side_by_side(units::Seconds(claim));
    EXPECT_LE(liar, 100 + 31) << claim;
    EXPECT_GE(victim, 300 - 31) << claim;
  }
}

TEST(Claims, AnEstimateIsNeverMoreThanAllCpusSinceTheBegin) {
  const auto [liar, victim] = side_by_side(units::Seconds(1e19), true);
  EXPECT_LE(liar, 10 * 8 * 10 * 1.1) << "eight CPUs for ten seconds at 10 W";
  EXPECT_GE(victim, 300 - 31);
}

TEST(Claims, WhoHasAControlGroupGetsWhatItsCounterShows) {
  const os_testing::TemporaryFolder folder;
  const auto usage = [&](double seconds) {
    return folder.write("group/cpuacct.usage", base::format("{:.0f}\n", seconds * 1e9)).parent_path();
  };
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
  const auto a = world.add_job(1), b = world.add_job(3);
  const auto first = world.meter->begin({.name = "liar", .control_group = usage(0), .reserved = 0.5});
  const auto second = world.begin(b, 0.5);
  for (int second_number = 1; second_number <= 10; ++second_number) {
    world.run_for(1_s);
    usage(world.cpu_of(a).value());
  }
  // 9 s were charged at the last look; a group's counter lags by two ticks of each of nine CPUs at most.
  const double lie = above_idle(world.meter->end(first, units::Seconds(1e9))).value();
  EXPECT_LE(lie, 100 * 1.1);
  EXPECT_GE(above_idle(world.meter->end(second, world.cpu_of(b))).value(), 300 * 0.95);
}

TEST(Claims, OfSixtyFourSocketsTheEnergyOfAllIsDivided) {
  World world({.idle = 640_W, .per_cpu = 10_W, .baseline = 640_W, .sockets = 64});
  const auto a = world.add_job(3), b = world.add_job(1);
  const auto first = world.begin(a, 0.5), second = world.begin(b, 0.5);
  world.run_for(10_s);
  EXPECT_NEAR(above_idle(world.meter->end(first, world.cpu_of(a))).value(), 300, 1);
  EXPECT_NEAR(above_idle(world.meter->end(second, world.cpu_of(b))).value(), 100, 1);
  Joules sum{};
  for (const auto& account : world.meter->accounts()) sum += account.energy;
  EXPECT_NEAR(sum.value(), 680 * 10, 1);
}

}  // namespace
}  // namespace meter
