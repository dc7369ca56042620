#include "power_sources/simulated/machine.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace power_sources::simulated {
namespace {

using namespace units::literals;
using units::BootTime;
using units::Joules;
using units::Scope;
using units::Seconds;
using units::Watts;

constexpr ZoneId kPackage0{Scope::package, 0}, kPackage1{Scope::package, 1}, kMachine{Scope::machine, 0};

BootTime at(double seconds) { return BootTime::from_nanoseconds(std::llround(seconds * 1e9) + 3'600'000'000'000); }

MachineFacts quiet() {
  MachineFacts facts;
  facts.background.demand = {.shape = Demand::Shape::steady, .high = 0};
  return facts;
}

Program steady(double cores, double begin = 0, double end = 1e6) {
  return {.demand = {.shape = Demand::Shape::steady, .high = cores}, .start = at(begin), .end = at(end)};
}

// One of everything, on a machine with a GPU; the ids of the programs, background included.
std::vector<Machine::ProgramId> add_all_kinds(Machine& machine) {
  using Shape = Demand::Shape;
  std::vector<Machine::ProgramId> programs{Machine::kBackground};
  double activity = 0.8;
  for (const auto shape : {Shape::steady, Shape::bursts, Shape::ramp, Shape::sawtooth, Shape::noise}) {
    Program program{.demand = {.shape = shape, .low = 0.5, .high = 9, .period = 3.3_s, .duty = 0.3, .seed = 7},
                    .activity = activity += 0.1,
                    .start = at(activity * 10),
                    .end = at(80 + activity)};
    if (shape == Shape::ramp) program.home = 1, program.stay = 0.9;
    if (shape == Shape::noise) program.gpu_use = 0.7;
    programs.push_back(machine.add(program));
  }
  return programs;
}

TEST(SimulatedMachine, DrawsItsIdlePowerWhereNothingRuns) {
  Machine machine(quiet(), at(0));
  for (const auto zone : machine.zones())
    EXPECT_NEAR(machine.energy(zone, at(1'000)).value(), machine.idle(zone).value() * 1'000, 1e-6);
}

TEST(SimulatedMachine, ProgramsAndIdleSumToEachZoneWhateverRuns) {
  MachineFacts facts;
  facts.gpu = GpuFacts{};
  facts.wander.deviation = 0.02;
  Machine machine(facts, at(0));
  const auto programs = add_all_kinds(machine);
  for (const double t : {5.0, 33.333, 81.5, 200.0})
    for (const auto zone : machine.zones()) {
      auto sum = machine.idle_energy(zone, at(t));
      for (const auto program : programs) sum += machine.energy_of(program, zone, at(t));
      const auto total = machine.energy(zone, at(t));
      EXPECT_NEAR(sum.value(), total.value(), 1e-9 * total.value()) << units::name(zone.scope) << " at " << t;
    }
}

TEST(SimulatedMachine, LookingChangesNothing) {
  const auto run = [](Seconds between_looks) {
    Machine machine(MachineFacts{}, at(0));
    const auto programs = add_all_kinds(machine);
    double seen = 0;
    for (auto t = at(0); t < at(100); t = t + between_looks)
      for (const auto zone : machine.zones()) seen += machine.energy(zone, t).value();
    EXPECT_GT(seen, 0);
    std::vector<double> result;
    for (const auto zone : machine.zones()) {
      result.push_back(machine.energy(zone, at(100)).value());
      for (const auto program : programs) result.push_back(machine.energy_of(program, zone, at(100)).value());
    }
    return result;
  };
  const auto rarely = run(50_s);
  EXPECT_EQ(run(0.1_s), rarely) << "to the last bit";
  EXPECT_EQ(run(0.00317_s), rarely);
}

TEST(SimulatedMachine, EnergyAndCpuTimeNeverFall) {
  Machine machine(MachineFacts{}, at(0));
  const auto programs = add_all_kinds(machine);
  std::vector<double> before(200, 0);
  for (double t = 0; t < 90; t += 0.0071) {
    std::size_t i = 0;
    const auto look = [&](double value) {
      EXPECT_GE(value, before[i] - 1e-12);
      before[i++] = value;
    };
    for (const auto zone : machine.zones()) look(machine.energy(zone, at(t)).value());
    for (const auto program : programs) look(machine.cpu_of(program, at(t)).value());
    for (int s = 0; s < 2; ++s) look(machine.busy(s, at(t)).value());
  }
}

TEST(SimulatedMachine, ALookIntoThePastSeesWhatWas) {
  Machine machine(MachineFacts{}, at(0));
  add_all_kinds(machine);
  const auto then = machine.energy(kMachine, at(20.0123));
  machine.energy(kMachine, at(80));
  EXPECT_NEAR(machine.energy(kMachine, at(20.0123)).value(), then.value(), 1e-9);
}

TEST(SimulatedMachine, CpuTimeIsWhatWasAskedForUntilTheCoresAreFull) {
  Machine machine(quiet(), at(0));
  const auto half = machine.add(steady(4));
  EXPECT_NEAR(machine.cpu_of(half, at(10)).value(), 40, 1e-9);
  const auto more = machine.add(steady(60, 10));
  // 64 cores asked for, 32 there: each gets half.
  EXPECT_NEAR(machine.cpu_of(half, at(20)).value() - 40, 20, 1e-6);
  EXPECT_NEAR(machine.cpu_of(more, at(20)).value(), 300, 1e-6);
  EXPECT_NEAR((machine.busy(0, at(20)) + machine.busy(1, at(20))).value(), 40 + 320, 1e-6);
}

TEST(SimulatedMachine, TurboLastsAsLongAsItsBudget) {
  Machine machine(quiet(), at(0));
  machine.add(steady(32));
  const auto& socket = machine.facts().socket;
  EXPECT_NEAR(machine.power(kPackage0, at(1)).value(), socket.peak.value(), 1);
  EXPECT_NEAR(machine.power(kPackage0, at(300)).value(), socket.sustained.value(), 1);
}

TEST(SimulatedMachine, IdlePowerWandersAroundItsMean) {
  auto facts = quiet();
  facts.wander.deviation = 0.01;
  Machine machine(facts, at(0));
  double sum = 0, squares = 0, n = 0;
  for (double t = 0; t < 300'000; t += 100, ++n) {
    const double part = machine.power(kPackage0, at(t)) / machine.idle(kPackage0) - 1;
    sum += part, squares += part * part;
  }
  EXPECT_NEAR(sum / n, 0, 0.001);
  EXPECT_NEAR(std::sqrt(squares / n), 0.01, 0.001);
}

TEST(SimulatedMachine, LeakageStaysForAWhileWhenTheWorkIsOver) {
  Machine machine(quiet(), at(0));
  const auto program = machine.add(steady(30, 0, 100));
  const auto idle = machine.idle(kPackage0);
  EXPECT_GT(machine.power(kPackage0, at(100.1)), idle + 1_W);
  EXPECT_NEAR(machine.power(kPackage0, at(400)).value(), idle.value(), 0.01);
  const auto truth = machine.energy_of(program, kPackage0, at(100));
  EXPECT_EQ(machine.energy_of(program, kPackage0, at(400)), truth) << "heat of nobody";
}

TEST(SimulatedMachine, TheSecondOfAMoreActiveProgramCostsMore) {
  Machine machine(quiet(), at(0));
  auto active = steady(4);
  active.activity = 1.25;
  const auto a = machine.add(steady(4)), b = machine.add(active);
  EXPECT_NEAR(machine.energy_of(b, kPackage0, at(50)) / machine.energy_of(a, kPackage0, at(50)), 1.25, 1e-9);
}

TEST(SimulatedMachine, AProgramWithAHomeHeatsItsSocketAlone) {
  Machine machine(quiet(), at(0));
  auto pinned = steady(4);
  pinned.home = 1;
  const auto id = machine.add(pinned);
  EXPECT_EQ(machine.cpu_of(id, 0, at(10)), 0_s);
  EXPECT_NEAR(machine.energy(kPackage0, at(10)).value(), machine.idle(kPackage0).value() * 10, 1e-6);
  EXPECT_GT(machine.energy_of(id, kPackage1, at(10)), 100_J);
}

TEST(SimulatedMachine, TheWallPaysForTheLossesOfTheSupply) {
  Machine machine(quiet(), at(0));
  machine.add(steady(16));
  auto behind = machine.facts().board;
  for (const auto zone : machine.zones())
    if (zone.scope != Scope::machine) behind += machine.power(zone, at(5));
  EXPECT_GT(machine.power(kMachine, at(5)), behind * 1.05);
}

TEST(SimulatedMachine, DemandCanBeSetFromOutside) {
  Machine machine(quiet(), at(0));
  const auto id = machine.add(steady(0));
  machine.set_demand(id, 3, at(1.005));
  EXPECT_NEAR(machine.cpu_of(id, at(2.005)).value(), 3, 1e-9);
}

// What the programs of `shape` asked for, as its average over 30 s and the number of levels.
void check(const Demand& demand, double mean, std::size_t least_levels) {
  Machine machine(quiet(), at(0));
  const auto id = machine.add({.demand = demand, .start = at(0)});
  EXPECT_NEAR(machine.cpu_of(id, at(30)).value() / 30, mean, mean * 0.02);
  std::set<double> levels;
  for (double t = 0; t < 30; t += 0.1) levels.insert(demand.at(Seconds(t)).cores);
  EXPECT_GE(levels.size(), least_levels);
}

TEST(SimulatedDemand, HasTheShapeThatItIsNamedFor) {
  using Shape = Demand::Shape;
  check({.shape = Shape::steady, .high = 6}, 6, 1);
  check({.shape = Shape::bursts, .low = 1, .high = 9, .period = 2_s, .duty = 0.25}, 3, 2);
  check({.shape = Shape::ramp, .low = 0, .high = 8, .period = 30_s}, 4, 60);
  check({.shape = Shape::sawtooth, .low = 2, .high = 4, .period = 5_s}, 3, 30);
  check({.shape = Shape::noise, .low = 2, .high = 4, .period = Seconds(0.1), .seed = 3}, 3, 100);
}

}  // namespace
}  // namespace power_sources::simulated
