#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "power/ledger.h"
#include "power_sources/host_tree_for_tests.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

using namespace units::literals;
using ::testing::HasSubstr;

// Reads a model while a fixture's load goes on at a steady rate, and keeps its account.
struct Reader {
  explicit Reader(std::string_view fixture) : tree(fixture) {
    tree.set_load(0, 0);
    attempt = open_model(tree.host, {});
    EXPECT_TRUE(attempt.source) << attempt.detail;
    account.emplace(attempt.source->zones()[0]);
    start = tree.clock.now;
    read();
  }
  // `busy` and `steal` in CPUs.
  void go_on(units::Seconds time, double busy, double steal = 0) {
    tree.clock.now = tree.clock.now + time;
    busy_ticks += busy * time.value() * 100, steal_ticks += steal * time.value() * 100;
    const double all = (tree.clock.now - start).value() * 100 * cpus;
    const auto shown_busy = static_cast<long>(busy_ticks + 1e-6), shown_steal = static_cast<long>(steal_ticks + 1e-6);
    tree.set_load(shown_busy, static_cast<long>(all + 1e-6) - shown_busy - shown_steal, shown_steal);
    read();
  }
  void read() {
    power::Readings readings;
    attempt.source->read(tree.clock, readings);
    ASSERT_EQ(readings.good.size(), 1u);
    last = readings.good[0];
    account->add(last);
  }
  const power::Zone& zone() const { return attempt.source->zones()[0]; }
  units::Joules energy() const { return account->total().energy; }

  HostTree tree;
  double cpus = 16;
  Attempt attempt;
  std::optional<power::Account> account;
  power::Reading last;
  units::BootTime start;
  double busy_ticks = 0, steal_ticks = 0;
};

TEST(Model, IsLabelledAnEstimateOfTheWholeMachineWithItsOwnIdlePower) {
  Reader model("epyc-2s");
  EXPECT_EQ(model.zone().quality, units::Quality::estimated);
  EXPECT_EQ(model.zone().scope, units::Scope::machine);
  EXPECT_EQ(model.zone().path, "model:machine");
  ASSERT_TRUE(model.zone().idle && model.zone().idle->known());
  EXPECT_EQ(model.zone().idle->quality(), units::Quality::estimated);
  EXPECT_LT(model.zone().idle->low(), model.zone().idle->value());
}

TEST(Model, AnIdleMachineTakesItsIdlePower) {
  Reader model("epyc-2s");
  for (int i = 0; i < 100; ++i) model.go_on(1_s, 0);
  EXPECT_NEAR(model.energy().value(), model.zone().idle->value().value() * 100, 1);
  EXPECT_DOUBLE_EQ(model.last.low_factor, 0.55);
}

TEST(Model, PowerFollowsTheLoad) {
  Reader model("epyc-2s");
  for (int i = 0; i < 10; ++i) model.go_on(1_s, 16);
  EXPECT_NEAR(model.energy().value(), model.zone().limit.value() * 10, 1);
  EXPECT_DOUBLE_EQ(model.last.low_factor, 0.72);
  EXPECT_DOUBLE_EQ(model.last.high_factor, 1.34);
}

TEST(Model, ASteadyLoadGivesTheSameJoulesAtAnyRateOfReading) {
  const auto joules = [](std::string_view fixture, double cpus, units::Seconds period) {
    Reader model(fixture);
    model.cpus = cpus;
    const auto readings = static_cast<int>(5 / period.value() + 0.5);
    for (int i = 0; i < readings; ++i) model.go_on(period, cpus * 0.3);
    return model.energy().value();
  };
  for (const auto& [fixture, cpus] : {std::pair{"epyc-2s", 16.0}, std::pair{"vm-2cpu", 2.0}}) {
    const double slow = joules(fixture, cpus, 1_s);
    EXPECT_NEAR(joules(fixture, cpus, 100_ms), slow, 0.005 * slow) << fixture;
    EXPECT_NEAR(joules(fixture, cpus, 10_ms), slow, 0.005 * slow) << fixture;
    EXPECT_NEAR(joules(fixture, cpus, 1_ms), slow, 0.005 * slow) << fixture;
  }
}

TEST(Model, AVirtualMachinePaysForItsCpuSecondsWhateverTheirSpread) {
  Reader steady("vm-2cpu"), bursts("vm-2cpu");
  steady.cpus = bursts.cpus = 2;
  for (int i = 0; i < 20; ++i) {
    steady.go_on(1_s, 1);
    bursts.go_on(1_s, i % 2 == 0 ? 2 : 0);
  }
  EXPECT_NEAR(steady.energy().value(), bursts.energy().value(), 1e-3);
  EXPECT_DOUBLE_EQ(steady.last.low_factor, 0.5);
  EXPECT_DOUBLE_EQ(steady.last.high_factor, 2);
  EXPECT_GT(steady.energy() / 20_s, steady.zone().idle->value());
}

TEST(Model, StealWidensTheIntervalOfAVirtualMachine) {
  Reader model("vm-2cpu");
  model.cpus = 2;
  model.go_on(1_s, 1, 0.2);
  EXPECT_NEAR(model.last.low_factor, 0.45, 1e-9);
  EXPECT_NEAR(model.last.high_factor, 2.2, 1e-9);
}

TEST(Model, TheCounterNeverFalls) {
  Reader model("epyc-2s");
  auto before = model.last.raw;
  for (int i = 0; i < 500; ++i) {
    model.go_on(3_ms, i % 7 < 3 ? 16 : 0);
    EXPECT_GE(model.last.raw, before);
    before = model.last.raw;
  }
  EXPECT_EQ(model.account->total().resets, 0u);
}

TEST(Model, AnUnreadableLoadIsAFaultAndTheEnergyOfTheGapIsNotLost) {
  Reader model("epyc-2s");
  model.go_on(1_s, 8);
  const auto stat = model.tree.folder.read("proc/stat");
  model.tree.folder.write("proc/stat", "");
  power::Readings readings;
  model.attempt.source->read(model.tree.clock, readings);
  EXPECT_TRUE(readings.good.empty());
  EXPECT_EQ(readings.faults.size(), 1u);
  model.go_on(1_s, 8);
  EXPECT_NEAR(model.energy().value(), model.account->total().power.value() * 2, 1);
}

TEST(Model, AnArmMachineIsKnownByItsPartAndTheNameThatItsFirmwareGives) {
  HostTree tree("vm-2cpu");
  const std::string cpu = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: ";
  tree.folder.write("proc/cpuinfo", cpu + "0xd08\n");
  tree.folder.write("proc/device-tree/model", std::string_view("Raspberry Pi 4 Model B Rev 1.4\0", 31));
  EXPECT_THAT(open_model(tree.host, {}).detail,
              HasSubstr("Raspberry Pi 4 (6.00 W, 2019, 1 threads per chip); the inte"));
  tree.folder.write("proc/cpuinfo", cpu + "0xd40\n");
  tree.folder.write("sys/class/dmi/id/sys_vendor", "Amazon EC2\n");
  tree.folder.write("sys/class/dmi/id/product_name", "c7g.medium\n");
  EXPECT_THAT(open_model(tree.host, {}).detail, HasSubstr("a virtual machine with 1 of an assumed 64 host threads"));
  tree.folder.write("sys/class/dmi/id/product_name", "c7g.metal\n");
  EXPECT_EQ(open_model(tree.host, {}).detail.find("virtual"), std::string::npos);
}

TEST(Model, WithoutFactsItIsRefusedWithTheReason) {
  HostTree tree("epyc-2s");
  std::filesystem::remove(tree.folder / "proc/stat");
  EXPECT_THAT(open_model(tree.host, {}).detail, HasSubstr("the load of the CPUs cannot be read"));
  std::filesystem::remove(tree.folder / "proc/meminfo");
  const auto attempt = open_model(tree.host, {});
  EXPECT_FALSE(attempt.source);
  EXPECT_THAT(attempt.detail, HasSubstr("nothing to estimate from"));
}

}  // namespace
}  // namespace power_sources
