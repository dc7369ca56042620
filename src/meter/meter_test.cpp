#include "meter/local_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "meter/world_for_tests.h"

namespace meter {
namespace {

using namespace units::literals;
using jobs::Part;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using units::Scope;
using Energy = units::Measured<units::Joules>;

Energy line(const WorkloadEnergy& energy, Part part, Scope scope = Scope::package) {
  for (const auto& line : energy.energy)
    if (line.part == part && line.energy.scope() == scope) return line.energy;
  return Energy::unmeasurable(scope, "no such line");
}
units::Joules total(const WorkloadEnergy& energy) {
  const auto measured = line(energy, Part::total);
  EXPECT_TRUE(measured.known()) << measured.reason();
  return measured.known() ? measured.value() : units::Joules(0);
}

TEST(Meter, AMachineThatSleptMeanwhileIsChargedWhatItTookAwakeAndIsToldThatItSlept) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(3_s);
  world.suspend(3600_s);
  world.run_for(2_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  const auto measured = line(energy, Part::total);
  ASSERT_TRUE(measured.known()) << measured.reason();
  EXPECT_NEAR(measured.value().value(), 80 * 5, 0.01);
  EXPECT_GT(measured.high(), 600'000_J) << "for all that the counter says it may have gone round many times";
  EXPECT_THAT(energy.caveats, Contains(HasSubstr("may have gone round unseen")));
}

TEST(Meter, AWallClockThatIsSetChangesNoJoule) {
  const auto joules = [](units::Seconds jump) {
    World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
    const auto job = world.add_job(3);
    const auto handle = world.begin(job);
    world.run_for(1_s);
    world.clock.jump_wall(jump);
    world.run_for(1.5_s);
    return world.meter->end(handle, world.cpu_of(job)).energy;
  };
  EXPECT_EQ(joules(-86'400_s), joules(0_s));
  EXPECT_EQ(joules(86'400_s), joules(0_s));
}

TEST(Meter, AMachineOfItsOwnGetsAllEnergyWhileItRan) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(4.65_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  const auto measured = line(energy, Part::total);
  ASSERT_TRUE(measured.known()) << measured.reason();
  EXPECT_NEAR(measured.value().value(), 80 * 4.65, 0.01);
  EXPECT_EQ(measured.quality(), units::Quality::measured);
  EXPECT_EQ(measured.source(), "scripted");
  EXPECT_LT(measured.low(), measured.value());
  EXPECT_LT(measured.half_width().value(), 1) << "only the two boundaries are uncertain";
  EXPECT_NEAR(energy.power.value().value(), 80, 0.01);
  EXPECT_THAT(energy.caveats, IsEmpty());
}

TEST(Meter, WithoutABaselineNothingIsSplitAndTheReasonNamesTheCommand) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(1_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  for (const auto part : {Part::above_idle, Part::idle_share})
    EXPECT_EQ(line(energy, part).reason(), "no baseline; run ffwatt calibrate idle");
}

TEST(Meter, WithABaselineTheTotalIsTheSumOfItsParts) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(10_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_NEAR(line(energy, Part::above_idle).value().value(), 400, 0.5);
  EXPECT_NEAR(line(energy, Part::idle_share).value().value(), 400, 0.5);
  EXPECT_DOUBLE_EQ(total(energy).value(),
                   (line(energy, Part::above_idle).value() + line(energy, Part::idle_share).value()).value());
}

TEST(Meter, GivesTheSameJoulesAtAnyRate) {
  const auto joules_at = [](double rate) {
    World world({.idle = 40_W, .per_cpu = 10_W, .rate = units::Hertz(rate)});
    const auto job = world.add_job(3);
    world.run_for(0.37_s);
    const auto handle = world.begin(job);
    world.run_for(2.5_s);
    world.set_rate(job, 8);
    world.run_for(1.83_s);
    return total(world.meter->end(handle, world.cpu_of(job))).value();
  };
  const double truth = 70 * 2.5 + 120 * 1.83;
  for (const double rate : {0.1, 1.0, 10.0, 100.0}) EXPECT_NEAR(joules_at(rate), truth, 0.005 * truth) << rate << " Hz";
}

TEST(Meter, GivesTheSameJoulesWhateverTheNumberOfReaders) {
  const auto joules_with = [](int readers) {
    World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
    const auto job = world.add_job(3);
    const auto handle = world.begin(job);
    std::vector<std::jthread> threads;
    for (int i = 0; i < readers; ++i)
      threads.emplace_back([&](std::stop_token stop) {
        while (!stop.stop_requested()) (void)world.meter->live(handle);
      });
    world.run_for(5_s);
    return total(world.meter->end(handle, world.cpu_of(job))).value();
  };
  const double alone = joules_with(0);
  EXPECT_NEAR(joules_with(1), alone, 1e-6);
  EXPECT_NEAR(joules_with(3), alone, 1e-6);
}

TEST(Meter, WorkloadsTogetherGetWhatWasMeasured) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
  const auto a = world.add_job(3), b = world.add_job(1);
  const auto first = world.begin(a, 0.5);
  const auto second = world.begin(b, 0.5);
  world.run_for(10_s);
  const auto energy_a = world.meter->end(first, world.cpu_of(a));
  const auto energy_b = world.meter->end(second, world.cpu_of(b));
  EXPECT_NEAR((total(energy_a) + total(energy_b)).value(), 80 * 10, 1e-5 * 800);
  EXPECT_NEAR(line(energy_a, Part::above_idle).value().value(), 300, 0.5);
  EXPECT_NEAR(line(energy_b, Part::above_idle).value().value(), 100, 0.5);
  EXPECT_NEAR(line(energy_a, Part::idle_share).value().value(), 200, 0.5);
}

TEST(Meter, TheOrderOfWorkloadsDoesNotMatter) {
  const auto run = [](bool swapped) {
    World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 35_W});
    const auto a = world.add_job(3), b = world.add_job(1.5);
    std::vector<std::pair<Meter::Handle, std::size_t>> handles;
    for (const auto job : swapped ? std::vector{b, a} : std::vector{a, b})
      handles.emplace_back(world.begin(job, 0.5), job);
    world.run_for(3_s);
    if (swapped) std::ranges::reverse(handles);
    std::vector<double> joules;
    for (const auto& [handle, job] : handles)
      joules.push_back(total(world.meter->end(handle, world.cpu_of(job))).value());
    return joules;
  };
  const auto straight = run(false), swapped = run(true);
  EXPECT_NEAR(straight[0], swapped[0], 1e-6 * straight[0]);
  EXPECT_NEAR(straight[1], swapped[1], 1e-6 * straight[1]);
}

TEST(Meter, WithoutABaselineAJobGetsItsShareAndItsReservationAsTheUpperBound) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto a = world.add_job(1), b = world.add_job(3);
  const auto first = world.begin(a, 0.5);
  const auto second = world.begin(b, 0.5);
  world.run_for(10_s);
  const auto energy = line(world.meter->end(first, world.cpu_of(a)), Part::total);
  world.meter->end(second, world.cpu_of(b));
  EXPECT_NEAR(energy.value().value(), 800 * 0.25, 1);
  EXPECT_GE(energy.high().value(), 800 * 0.5 - 1);
  EXPECT_LT(energy.low(), energy.value());
}

TEST(Meter, TwoThatBothHaveTheWholeMachineDoNotBothGetAllOfIt) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto a = world.add_job(2), b = world.add_job(2);
  const auto first = world.begin(a);
  const auto second = world.begin(b);
  world.run_for(10_s);
  const auto sum = total(world.meter->end(first, world.cpu_of(a))) + total(world.meter->end(second, world.cpu_of(b)));
  EXPECT_NEAR(sum.value(), 800, 8);
}

TEST(Meter, OtherWorkIsToldAndWidensTheIntervalDownwards) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(4);
  world.set_other(1);
  const auto handle = world.begin(job);
  world.run_for(10_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_THAT(energy.caveats, Contains(HasSubstr("other work used 12.5 % of the machine's CPU time")));
  const auto measured = line(energy, Part::total);
  EXPECT_NEAR(measured.value().value(), 900, 1);
  EXPECT_NEAR(measured.low().value(), 900 * 0.8, 5);
}

TEST(Meter, WithABaselineOtherWorkIsNotCharged) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
  const auto job = world.add_job(4);
  world.set_other(2);
  const auto handle = world.begin(job);
  world.run_for(10_s);
  const auto above = line(world.meter->end(handle, world.cpu_of(job)), Part::above_idle);
  EXPECT_NEAR(above.value().value(), 400, 4);
  EXPECT_GT(above.half_width().value(), 20) << "another program's CPU seconds may cost more or less than ours";
}

TEST(Meter, StealIsTold) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(4);
  world.set_steal(0.4);
  const auto handle = world.begin(job);
  world.run_for(10_s);
  EXPECT_THAT(world.meter->end(handle, world.cpu_of(job)).caveats, Contains(HasSubstr("steal 5")));
}

TEST(Meter, SocketsAreAddedAndPartsOfAPackageAreNot) {
  World world({.idle = 40_W, .per_cpu = 10_W, .sockets = 2, .with_core = true});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(5_s);
  EXPECT_NEAR(total(world.meter->end(handle, world.cpu_of(job))).value(), 80 * 5, 0.1);
}

TEST(Meter, WorkShorterThanThreeUpdatesIsUnmeasurable) {
  World world({.idle = 40_W, .per_cpu = 10_W, .tick = 10_ms});
  const auto job = world.add_job(1);
  const auto handle = world.begin(job);
  world.run_for(5_ms);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_THAT(line(energy, Part::total).reason(), HasSubstr("too short"));
  EXPECT_FALSE(energy.power.known());
  EXPECT_FALSE(energy.peak.known());
  EXPECT_THAT(energy.trace, IsEmpty());
}

TEST(Meter, ACounterThatStandsStillIsUnmeasurableAndNeverZero) {
  World world({.idle = 0_W, .per_cpu = 0_W});
  const auto job = world.add_job(1);
  const auto handle = world.begin(job);
  world.run_for(3_s);
  EXPECT_EQ(line(world.meter->end(handle, world.cpu_of(job)), Part::total).reason(),
            "the counter of package-0 did not move in 3.00 s");
}

TEST(Meter, AZoneThatFailsAtTheBoundaryMakesItsScopeUnmeasurable) {
  World world({.idle = 40_W, .per_cpu = 10_W, .sockets = 2});
  const auto job = world.add_job(1);
  const auto handle = world.begin(job);
  world.run_for(1_s);
  world.fail_zone(1);
  world.run_for(1_s);
  EXPECT_THAT(line(world.meter->end(handle, world.cpu_of(job)), Part::total).reason(),
              HasSubstr("package-1 could not be read"));
}

TEST(Meter, AZoneThatFailedOnTheWayIsToldButLosesNoEnergy) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.fail_zone(0);
  world.run_for(1_s);
  world.fail_zone(std::nullopt);
  world.run_for(1_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_NEAR(total(energy).value(), 160, 0.1);
  EXPECT_THAT(energy.caveats, Contains(HasSubstr("package-0 could not be read 10 times")));
}

TEST(Meter, AResetOfTheCounterWidensTheIntervalUpwards) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.run_for(2_s);
  world.reset_counters();
  world.run_for(2_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_THAT(energy.caveats, Contains(HasSubstr("the counter of package-0 was reset")));
  const auto measured = line(energy, Part::total);
  EXPECT_GE(measured.high().value(), 320) << "the truth";
  EXPECT_GE(measured.value().value(), 320 - 0.2 * 80);
}

TEST(Meter, AWorkloadThatIsHardToWatchIsChargedWhenItsCpuTimeIsKnown) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
  const auto job = world.add_job(4);
  world.set_other(4);
  const auto handle = world.begin(job, 1, [] { return base::Error::absent("the process has ended"); });
  world.run_for(10_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_NEAR(line(energy, Part::above_idle).value().value(), 400, 4);
}

TEST(Meter, WithoutAnyCpuTimeTheReportSaysSo) {
  World world({.idle = 40_W, .per_cpu = 10_W, .baseline = 40_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job, 1, {});
  world.run_for(2_s);
  const auto energy = world.meter->end(handle);
  EXPECT_EQ(line(energy, Part::above_idle).reason(), "the CPU time of the workload is unknown");
  EXPECT_FALSE(line(energy, Part::total).known());
  EXPECT_TRUE(line(energy, Part::idle_share).known());
  EXPECT_THAT(energy.caveats, Contains(HasSubstr("CPU time of the workload could not be read")));
}

TEST(Meter, AnEstimateFollowsTheExactCpuTime) {
  // The ticks of /proc/stat say little about 0.1 s of work; wait4 says it exactly.
  World world({.idle = 10_W, .per_cpu = 20_W, .baseline = 10_W, .tick = 10_ms, .estimated = true});
  world.run_for(0.034_s);
  const auto job = world.add_job(0.873);
  const auto handle = world.begin(job);
  world.run_for(0.1_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  const auto above = line(energy, Part::above_idle);
  EXPECT_NEAR(above.value().value(), 20 * world.cpu_of(job).value(), 0.2);
  EXPECT_EQ(above.quality(), units::Quality::estimated);
}

TEST(Meter, WithoutAnySourceThereIsOneLineThatSaysSo) {
  World world({.sources = 0});
  const auto job = world.add_job(1);
  const auto handle = world.begin(job);
  EXPECT_FALSE(world.meter->live(handle).energy.known());
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  ASSERT_EQ(energy.energy.size(), 1u);
  EXPECT_EQ(energy.energy[0].energy.reason(), "no power source is readable; see ffwatt doctor");
  EXPECT_EQ(energy.energy[0].energy.scope(), Scope::machine);
}

TEST(Meter, ASpentHandleIsNoCrash) {
  World world({.idle = 40_W});
  const auto handle = world.begin(world.add_job(1));
  world.meter->end(handle);
  EXPECT_FALSE(line(world.meter->end(handle), Part::total, Scope::machine).known());
  EXPECT_FALSE(world.meter->live(handle).power.known());
}

TEST(Meter, TheTraceIsThePowerOverTimeAndThePeakItsHighest) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(1);
  const auto handle = world.begin(job);
  world.run_for(2_s);
  world.set_rate(job, 6);
  world.run_for(1_s);
  world.set_rate(job, 1);
  world.run_for(2_s);
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  EXPECT_NEAR(energy.peak.value().value(), 100, 0.5);
  ASSERT_GE(energy.trace.size(), 45u);
  EXPECT_NEAR(energy.trace.back().at.value(), 5, 1e-6);
  double joules = 0, before = 0;
  for (const auto& point : energy.trace) {
    joules += point.power.value() * (point.at.value() - before);
    before = point.at.value();
  }
  EXPECT_NEAR(joules, total(energy).value(), 0.01) << "the area under the trace is the energy";
}

TEST(Meter, LiveReadingsGrowTowardsTheResult) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  EXPECT_FALSE(world.meter->live(handle).energy.known());
  world.run_for(1_s);
  const auto early = world.meter->live(handle);
  world.run_for(1_s);
  const auto late = world.meter->live(handle);
  ASSERT_TRUE(early.energy.known() && late.energy.known());
  EXPECT_NEAR(early.energy.value().value(), 80, 0.1);
  EXPECT_NEAR(late.energy.value().value(), 160, 0.1);
  EXPECT_NEAR(late.power.value().value(), 80, 0.5);
  world.meter->end(handle);
}

TEST(Meter, StartAndStopAreIdempotentAndAStoppedMeterStillMeasures) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  world.meter->start();
  world.meter->stop();
  world.meter->stop();
  const auto job = world.add_job(4);
  const auto handle = world.begin(job);
  world.clock.advance(2_s);
  EXPECT_NEAR(total(world.meter->end(handle, world.cpu_of(job))).value(), 160, 0.1);
}

}  // namespace
}  // namespace meter
