#include <gtest/gtest.h>

#include <set>

#include "os/cpu_counter.h"
#include "os/host.h"
#include "os_testing/manual_clock.h"
#include "os_testing/memory_files.h"
#include "os_testing/temporary_folder.h"
#include "power/machine_load.h"
#include "power/sampler.h"
#include "power_sources/open_source.h"
#include "power_sources/sources.h"
#include "power_testing/machine_tree.h"
#include "power_testing/simulated_sources.h"

namespace power_testing {
namespace {

using namespace units::literals;
using os_testing::ManualClock;
using power_sources::simulated::Demand;
using power_sources::simulated::GpuFacts;
using power_sources::simulated::MachineFacts;
using power_sources::simulated::Program;
using units::Joules;
using units::Scope;
using units::Seconds;

// A machine with two jobs on the same clock as those who look at it.
struct World {
  World() : machine(facts(), clock.boot()) {
    job = machine.add({.demand = {.shape = Demand::Shape::bursts, .low = 1, .high = 20, .period = 1.7_s},
                       .gpu_use = 0.5,
                       .start = clock.boot()});
    machine.add({.demand = {.shape = Demand::Shape::sawtooth, .high = 9, .period = 6_s}, .start = clock.boot()});
  }
  static MachineFacts facts() {
    MachineFacts facts;
    facts.gpu = GpuFacts{};
    return facts;
  }
  ManualClock clock;
  Machine machine;
  Machine::ProgramId job;
};

std::vector<std::unique_ptr<power::Source>> only(std::unique_ptr<power::Source> source) {
  std::vector<std::unique_ptr<power::Source>> list;
  list.push_back(std::move(source));
  return list;
}

// What the sampler counts in each zone over `time` when it is read at `rate`, and what was true.
struct Counted {
  std::vector<double> joules, truth;
};
Counted count(Kind kind, units::Hertz rate, Seconds time, int scrapers = 0) {
  World world;
  power::Sampler sampler(world.clock, only(simulated_source(world.machine, kind)), {});
  const auto zones = shown_zones(world.machine, kind);
  const auto begin = world.clock.boot() + 1_s;
  world.clock.advance_to(begin);
  sampler.read_now();
  Counted counted;
  for (const auto zone : zones) counted.truth.push_back(-world.machine.energy(zone, begin).value());
  std::vector<double> before(zones.size(), 0);
  const Seconds period(1 / rate.value());
  while (world.clock.boot() < begin + time) {
    world.clock.advance(period);
    sampler.read_now();
    for (int i = 0; i < scrapers; ++i) {
      world.clock.advance(period / 7.0);
      sampler.read_now();
      (void)sampler.snapshot();
    }
    for (std::size_t z = 0; z < zones.size(); ++z) {
      const double now = sampler.snapshot().zones[z].total.energy.value();
      EXPECT_GE(now, before[z]) << "totals never fall";
      before[z] = now;
    }
  }
  world.clock.advance_to(std::max(world.clock.boot(), begin + time + 200_ms));
  sampler.read_now();
  for (std::size_t z = 0; z < zones.size(); ++z) {
    counted.joules.push_back(sampler.snapshot().zones[z].total.energy.value());
    counted.truth[z] += world.machine.energy(zones[z], world.clock.boot()).value();
  }
  return counted;
}

void check_against_truth(Kind kind, units::Hertz rate, Seconds time, double within) {
  const auto counted = count(kind, rate, time);
  for (std::size_t z = 0; z < counted.joules.size(); ++z)
    EXPECT_NEAR(counted.joules[z] / counted.truth[z], 1, within) << name(kind) << " zone " << z;
}

TEST(SimulatedSource, CountsTheJoulesOfTheMachine) {
  check_against_truth(Kind::powercap, units::Hertz(10), 600_s, 2e-4);
  check_against_truth(Kind::perf, units::Hertz(10), 600_s, 2e-4);
  check_against_truth(Kind::nvml, units::Hertz(2), 600_s, 5e-3);
  check_against_truth(Kind::wall_power, units::Hertz(2), 600_s, 5e-3);
  check_against_truth(Kind::redfish, units::Hertz(0.1), 7'200_s, 2e-2);
  check_against_truth(Kind::wall_energy, units::Hertz(0.1), 72'000_s, 5e-3);
}

TEST(SimulatedSource, GivesTheSameJoulesAtAnyRateAndWithAnyNumberOfScrapers) {
  const auto reference = count(Kind::powercap, units::Hertz(100), 300_s);
  const auto check = [&](const Counted& other) {
    for (std::size_t z = 0; z < other.joules.size(); ++z)
      // Runs end where their rates let them; truth tells by how much.
      EXPECT_NEAR(other.joules[z] / other.truth[z], reference.joules[z] / reference.truth[z], 0.005);
  };
  check(count(Kind::powercap, units::Hertz(1), 300_s));
  check(count(Kind::powercap, units::Hertz(10), 300_s, 1));
  check(count(Kind::powercap, units::Hertz(10), 300_s, 3));
}

TEST(SimulatedSource, ACounterOfFilesWrapsWhereTheKernelsDoes) {
  const Register shown{.numerator = 61'035, .denominator = 1'000};
  EXPECT_EQ(shown.range(), 262'143'328'850u) << "max_energy_range_uj of a real machine";
  EXPECT_EQ(shown.shown(Joules(0)), 0u);
  EXPECT_EQ(shown.shown(Joules(1.1 * 0x1.0p-14)), 61u);
  EXPECT_EQ(shown.shown(Joules(262'144.5)), shown.shown(Joules(0.5)));
}

TEST(SimulatedSource, ACounterMovesAboutOnceAMillisecond) {
  World world;
  const auto source = simulated_source(world.machine, Kind::powercap);
  std::set<std::uint64_t> values;
  for (int i = 0; i < 10'000; ++i) {
    world.clock.advance(Seconds(1e-5));
    power::Readings readings;
    source->read(world.clock, readings);
    values.insert(readings.good[0].raw);
  }
  EXPECT_NEAR(static_cast<double>(values.size()), 100, 5);
}

TEST(SimulatedSource, TheGpuTellsWhatEachProcessUsed) {
  World world;
  const auto source = simulated_source(world.machine, Kind::nvml);
  std::vector<power::DeviceUse> uses;
  for (int i = 0; i < 20; ++i) {
    world.clock.advance(500_ms);
    power::Readings readings;
    source->read(world.clock, readings);
    source->device_use(uses);
  }
  Seconds used{};
  for (const auto& use : uses) {
    EXPECT_EQ(use.process, process_of(world.job));
    used += use.use;
  }
  EXPECT_NEAR(used.value(), 5, 0.6) << "half of 10 s; the source asks once a second";
}

// Over 50 minutes, in which the registers go round: what the source counts, against the truth.
void check_real_source(power_sources::Attempt (*open)(os::Host&, const power_sources::Settings&)) {
  World world;
  os::RealHost real;
  LiveFiles files;
  const MachineTree tree(files, world.machine, world.clock, MachineTree::Groups::v2, 5);
  auto& parts = real.host();
  const auto perf = os::perf_events_from_files(files, os::Root("/"));
  os::Host host{world.clock, parts.random, os::Root("/"), files, parts.processes, parts.cgroups, *perf};
  auto attempt = open(host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  power::Sampler sampler(world.clock, only(std::move(attempt.source)), {});
  EXPECT_EQ(sampler.zones().size(), 4u) << "two packages and their DRAM";
  for (int i = 0; i <= 3'000; ++i) {
    sampler.read_now();
    world.clock.advance(1_s);
  }
  sampler.read_now();
  for (std::size_t z = 0; z < 4; ++z) {
    const auto& zone = sampler.zones()[z];
    const auto truth = world.machine.energy({zone.scope, *zone.socket}, world.clock.boot());
    EXPECT_NEAR(sampler.snapshot().zones[z].total.energy / truth, 1, 1e-5) << zone.name;
    EXPECT_EQ(sampler.snapshot().zones[z].total.resets, 0u);
  }
}

TEST(MachineTree, TheRealPowercapSourceCountsTheJoulesOfTheMachine) { check_real_source(power_sources::open_powercap); }

TEST(MachineTree, TheRealPerfSourceCountsTheJoulesOfTheMachine) { check_real_source(power_sources::open_perf); }

TEST(MachineTree, WrittenDownItIsReadThroughPerfFirstAsARealMachineIs) {
  World world;
  LiveFiles files;
  const MachineTree tree(files, world.machine, world.clock, MachineTree::Groups::v1);
  const os_testing::TemporaryFolder folder;
  os::RealHost host{os::Root(folder.path())};
  ASSERT_TRUE(files.write_below(host.host().files, os::Root(folder.path())).ok());
  const auto opened = power_sources::open_all(host.host(), {});
  ASSERT_EQ(opened.sources.size(), 1u);
  EXPECT_EQ(opened.sources.front()->name(), "perf");
  EXPECT_EQ(opened.sources.front()->zones().size(), 4u) << "two packages and their DRAM";
}

// What the counter of the group and the load of the machine say after 20 s.
void check_kernel_files(MachineTree::Groups groups, std::size_t sockets_told, double tolerance) {
  World world;
  LiveFiles files;
  MachineTree tree(files, world.machine, world.clock, groups);
  const auto folder = tree.add_group(world.job);
  world.clock.advance(20_s);
  const auto now = world.clock.boot();
  auto load = power::MachineLoad::open(files, os::Root("/"));
  ASSERT_TRUE(load.ok()) << load.error().text();
  power::MachineTimes times;
  ASSERT_TRUE(load->read(times).ok());
  EXPECT_NEAR(times.total.busy.value(), (world.machine.busy(0, now) + world.machine.busy(1, now)).value(), tolerance);
  ASSERT_EQ(times.busy_by_socket.size(), 2u);
  EXPECT_NEAR(times.busy_by_socket[1].value(), world.machine.busy(1, now).value(), tolerance);
  auto counter = os::CpuCounter::open(files, folder, load->topology());
  ASSERT_TRUE(counter.ok()) << counter.error().text();
  os::CpuTime seen;
  ASSERT_TRUE(counter->read(seen).ok());
  EXPECT_NEAR(seen.total.value(), world.machine.cpu_of(world.job, now).value(), 0.1);
  EXPECT_EQ(seen.by_socket.size(), sockets_told);
  tree.remove_group(world.job);
  EXPECT_EQ(counter->read(seen).error().kind(), base::ErrorKind::absent);
}

TEST(MachineTree, TheKernelsFilesTellTheCpuTimeOfMachineAndGroup) {
  check_kernel_files(MachineTree::Groups::v1, 2, 0.1);
  check_kernel_files(MachineTree::Groups::v2, 0, 0.15);
}

TEST(MachineTree, CanBeWrittenDownForProgramsThatReadARealFolder) {
  World world;
  LiveFiles files;
  const MachineTree tree(files, world.machine, world.clock, MachineTree::Groups::v2);
  os_testing::MemoryFiles disk;
  ASSERT_TRUE(files.write_below(disk, os::Root("/somewhere")).ok());
  const auto facts = os::machine_facts(disk, os::Root("/somewhere"));
  ASSERT_TRUE(facts.ok());
  EXPECT_EQ(facts->sockets, 2);
  EXPECT_EQ(facts->threads, 32);
}

TEST(KernelCounters, NeverFallAndLagByATickAtMost) {
  World world;
  KernelCounters kernel(world.machine);
  kernel.follow(world.job);
  Seconds group{}, busy{};
  for (int i = 0; i < 20'000; ++i) {
    world.clock.advance(Seconds(0.00073));
    const auto now = world.clock.boot();
    const auto seen = kernel.group(world.job, now);
    EXPECT_GE(seen, group);
    const auto behind = world.machine.cpu_of(world.job, now) - seen;
    EXPECT_GE(behind.value(), 0);
    EXPECT_LE(behind.value(), 20 * 0.004 + 1e-6);
    group = seen;
    EXPECT_GE(kernel.load(now).busy, busy);
    busy = kernel.load(now).busy;
    if (i == 10'000) world.machine.end(world.job, now);
  }
  EXPECT_NEAR(group.value(), world.machine.cpu_of(world.job, world.clock.boot()).value(), 2e-6)
      << "exact once it has ended";
}

}  // namespace
}  // namespace power_testing
