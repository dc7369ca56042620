// What the meter keeps for the machine as a whole: accounts that add up, baselines and curves that it learns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "meter/world_for_tests.h"

namespace meter {
namespace {

using namespace units::literals;
using jobs::Part;
using units::Joules;

Joules part(const WorkloadEnergy& energy, Part wanted) {
  for (const auto& line : energy.energy)
    if (line.part == wanted) return line.energy.known() ? line.energy.value() : Joules(0);
  return Joules(0);
}

void expect_conserved(const ZoneAccount& account, Joules above, Joules idle_share) {
  const double terms = std::abs(account.above_idle.value()) + std::abs(account.idle_share.value()) +
                       std::abs(account.system.value()) + std::abs(account.unallocated_idle.value());
  const auto sum = account.above_idle + account.idle_share + account.system + account.unallocated_idle;
  EXPECT_NEAR(sum.value(), account.energy.value(), 1e-9 * terms);
  EXPECT_NEAR(account.above_idle.value(), above.value(), 1e-9 * terms);
  EXPECT_NEAR(account.idle_share.value(), idle_share.value(), 1e-9 * terms);
}

TEST(Accounts, WorkloadsSystemAndUnallocatedIdleAddUpToWhatWasMeasured) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 35_W});
  world.set_other(0.7);
  const auto a = world.add_job(3), b = world.add_job(1.3);
  world.run_for(1.3_s);
  const auto first = world.begin(a, 0.5);
  world.run_for(2.17_s);
  const auto second = world.begin(b, 0.25);
  world.run_for(3.7_s);
  const auto energy_a = world.meter->end(first, world.cpu_of(a));
  world.run_for(1.1_s);
  const auto energy_b = world.meter->end(second, world.cpu_of(b));
  world.run_for(2_s);
  expect_conserved(world.meter->accounts()[0], part(energy_a, Part::above_idle) + part(energy_b, Part::above_idle),
                   part(energy_a, Part::idle_share) + part(energy_b, Part::idle_share));
  EXPECT_GT(world.meter->accounts()[0].system, 0_J);
  EXPECT_GT(world.meter->accounts()[0].unallocated_idle, 0_J);
}

TEST(Accounts, AnEstimateThatFollowsExactCpuTimeStillAddsUp) {
  World world({.idle = 10_W, .per_cpu = 20_W, .baseline = 10_W, .tick = 10_ms, .estimated = true});
  const auto job = world.add_job(0.873);
  world.run_for(0.034_s);
  const auto handle = world.begin(job);
  world.run_for(0.137_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  expect_conserved(world.meter->accounts()[0], part(energy, Part::above_idle), part(energy, Part::idle_share));
}

TEST(Accounts, AnEndedWorkloadIsShownForFiveMinutesAndKeepsItsValue) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(2_s);
  ASSERT_EQ(world.meter->workloads().size(), 1u);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  world.run_for(10_s);
  ASSERT_EQ(world.meter->workloads().size(), 1u);
  EXPECT_NEAR(world.meter->workloads()[0].above_idle.value().value(), part(energy, Part::above_idle).value(), 1e-9);
  world.run_for(300_s);
  EXPECT_TRUE(world.meter->workloads().empty());
}

TEST(Accounts, AQuietMinuteTeachesTheBaseline) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  world.run_for(62_s);
  const auto idle = world.meter->accounts()[0].idle;
  ASSERT_TRUE(idle);
  EXPECT_NEAR(idle->value().value(), 40, 0.1);
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(10_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_NEAR(part(energy, Part::above_idle).value(), 400, 2);
  ASSERT_EQ(world.meter->calibration().zones.size(), 1u);
  EXPECT_NEAR(world.meter->calibration().zones[0].baseline->median.value(), 40, 0.1);
}

TEST(Accounts, AMachineAtWorkTeachesNoBaseline) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  world.set_other(1);
  world.run_for(200_s);
  EXPECT_FALSE(world.meter->accounts()[0].idle);
}

TEST(Accounts, TheCurveTeachesTheMarginalEnergy) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
  for (const double load : {0.2, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0}) {
    world.set_other(load);
    world.run_for(12_s);
  }
  world.set_other(2);
  const auto job = world.add_job(3);
  const auto handle = world.begin(job);
  world.run_for(10_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_NEAR(part(energy, Part::marginal).value(), 300, 30) << "10 W for each of its three CPUs";
}

TEST(Accounts, NobodyPaysForIdlePowerUnderThePolicyNone) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W, .policy = IdlePolicy::none});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(10_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_NEAR(part(energy, Part::total).value(), 400, 1);
  EXPECT_EQ(part(energy, Part::idle_share), 0_J);
  EXPECT_NEAR(world.meter->accounts()[0].unallocated_idle.value(), 400, 1);
}

}  // namespace
}  // namespace meter
