#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "power_sources/host_tree_for_tests.h"
#include "power_sources/hwmon_chips.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = power::Zone::Kind;
using Scope = units::Scope;

struct Seen {
  std::string name;
  Scope scope;
  Kind kind;
  std::optional<int> socket = std::nullopt;
  bool operator==(const Seen&) const = default;
};
std::vector<Seen> seen(const power::Source& source) {
  std::vector<Seen> list;
  for (const auto& zone : source.zones()) list.push_back({zone.name, zone.scope, zone.kind, zone.socket});
  return list;
}

TEST(Hwmon, ThePowerMeterOfTheBoardIsTheWholeMachineWithItsOwnIntervalLimitAndAccuracy) {
  HostTree tree("epyc-2s");
  tree.add_sensor("hwmon3", "power_meter", "power1_average", "250000000");
  tree.add_sensor("hwmon3", "power_meter", "power1_average_interval", "2000");
  tree.add_sensor("hwmon3", "power_meter", "power1_cap_max", "1400000000");
  tree.add_sensor("hwmon3", "power_meter", "power1_accuracy", "95.0%");
  const auto attempt = open_hwmon(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source), ElementsAre(Seen{"power_meter hwmon3", Scope::machine, Kind::gauge}));
  const auto& zone = attempt.source->zones()[0];
  EXPECT_EQ(zone.path, "/sys/class/hwmon/power_meter/power1_average");
  EXPECT_EQ(zone.tick, units::Seconds(2));
  EXPECT_EQ(zone.limit, units::Watts(1400));
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  ASSERT_EQ(readings.good.size(), 1u);
  EXPECT_EQ(readings.good[0].power, units::Watts(250));
  EXPECT_NEAR(readings.good[0].low_factor, 0.95, 1e-12);
  EXPECT_NEAR(readings.good[0].high_factor, 1.05, 1e-12);
}

// As the kernel shows them: a link in the class folder to a folder below the device.
void add_card(HostTree& tree, std::string_view hwmon, std::string_view device) {
  const auto folder = base::format("sys/devices/pci0000:00/{}/hwmon/{}", device, hwmon);
  tree.folder.write(folder + "/name", "i915");
  tree.folder.write(folder + "/energy1_input", "5000000");
  std::filesystem::create_symlink(base::format("../../../{}", device), tree.folder / (folder + "/device"));
  std::filesystem::create_directories(tree.folder / "sys/class/hwmon");
  std::filesystem::create_symlink("../../../" + folder, tree.folder / base::format("sys/class/hwmon/{}", hwmon));
}

TEST(Hwmon, AZoneIsTheSameAfterARebootThatNumbersTheChipsOtherwise) {
  const auto paths = [](std::string_view first, std::string_view second) {
    HostTree tree("laptop-1s");
    add_card(tree, first, "0000:03:00.0"), add_card(tree, second, "0000:04:00.0");
    const auto attempt = open_hwmon(tree.host, {});
    std::map<std::string, std::string> by_name;
    if (attempt.source)
      for (const auto& zone : attempt.source->zones()) by_name[zone.name] = zone.path;
    return by_name;
  };
  const auto before = paths("hwmon1", "hwmon7");
  EXPECT_EQ(before.at("i915 0000:03:00.0"), "/sys/devices/pci0000:00/0000:03:00.0/i915/energy1_input");
  EXPECT_EQ(before.size(), 2u);
  EXPECT_EQ(paths("hwmon7", "hwmon1"), before);
}

TEST(Hwmon, TwoChipsOfOneNameAndNoDeviceAreTwoZones) {
  HostTree tree("laptop-1s");
  tree.add_sensor("hwmon1", "i915", "energy1_input", "1000000");
  tree.add_sensor("hwmon2", "i915", "energy1_input", "2000000");
  const auto attempt = open_hwmon(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  ASSERT_EQ(attempt.source->zones().size(), 2u);
  EXPECT_EQ(attempt.source->zones()[0].path, "/sys/class/hwmon/i915/energy1_input");
  EXPECT_EQ(attempt.source->zones()[1].path, "/sys/class/hwmon/i915-2/energy1_input");
}

TEST(Hwmon, EnergyIsPreferredToThePowerOfTheSameCard) {
  HostTree tree("laptop-1s");
  tree.add_sensor("hwmon5", "amdgpu", "energy1_input", "5000000");
  tree.add_sensor("hwmon5", "amdgpu", "power1_average", "30000000");
  tree.add_sensor("hwmon5", "amdgpu", "power1_cap", "230000000");
  std::filesystem::create_symlink("../../../0000:03:00.0", tree.folder / "sys/class/hwmon/hwmon5/device");
  const auto attempt = open_hwmon(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source), ElementsAre(Seen{"amdgpu 0000:03:00.0", Scope::gpu, Kind::counter}));
  EXPECT_EQ(attempt.source->zones()[0].limit, units::Watts(230));
  EXPECT_EQ(attempt.source->zones()[0].split, power::Zone::Split::none) << "by CPU time it would be charged wrongly";
  EXPECT_THAT(attempt.detail, HasSubstr("left out: amdgpu 0000:03:00.0 power1_average"));
}

TEST(Hwmon, EveryCardIsAZoneOfItsOwn) {
  HostTree tree("epyc-2s");
  for (const auto* folder : {"hwmon1", "hwmon2"}) {
    tree.add_sensor(folder, "amdgpu", "power1_input", "30000000");
    tree.add_sensor(folder, "amdgpu", "power1_cap", "230000000");
  }
  tree.add_sensor("hwmon4", "xe", "energy1_input", "7", "card");
  tree.add_sensor("hwmon4", "xe", "energy2_input", "7", "pkg");
  const auto attempt = open_hwmon(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source), ElementsAre(Seen{"amdgpu hwmon1", Scope::gpu, Kind::gauge},
                                                 Seen{"amdgpu hwmon2", Scope::gpu, Kind::gauge},
                                                 Seen{"xe hwmon4 card", Scope::gpu, Kind::counter}));
}

TEST(Hwmon, ACounterOfEachSocketIsAPackageAndItsCoresAreLeftAsleep) {
  HostTree tree("epyc-2s");
  tree.add_sensor("hwmon1", "amd_energy", "energy1_input", "5", "Ecore000");
  tree.add_sensor("hwmon1", "amd_energy", "energy129_input", "6", "Esocket0");
  tree.add_sensor("hwmon1", "amd_energy", "energy130_input", "7", "Esocket1");
  const auto attempt = open_hwmon(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source), ElementsAre(Seen{"amd_energy hwmon1 Esocket0", Scope::package, Kind::counter, 0},
                                                 Seen{"amd_energy hwmon1 Esocket1", Scope::package, Kind::counter, 1}));
}

TEST(Hwmon, AShuntIsTheMachineOnlyWhereItsLabelSaysSo) {
  HostTree tree("epyc-2s");
  for (const auto* channel : {"1", "2"}) {
    tree.add_sensor("hwmon0", "ina3221", base::format("in{}_input", channel), "19000");
    tree.add_sensor("hwmon0", "ina3221", base::format("curr{}_input", channel), "500");
  }
  tree.folder.write("sys/class/hwmon/hwmon0/in1_label", "VDD_CPU_CV\n");
  tree.folder.write("sys/class/hwmon/hwmon0/in2_label", "VDD_IN\n");
  const auto attempt = open_hwmon(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source), ElementsAre(Seen{"ina3221 hwmon0 VDD_IN", Scope::machine, Kind::gauge}));
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  ASSERT_EQ(readings.good.size(), 1u);
  EXPECT_NEAR(readings.good[0].power.value(), 9.5, 1e-9) << "19 V × 0.5 A";
}

TEST(Hwmon, OfTwoSensorsOfTheMachineOneIsUsed) {
  HostTree tree("epyc-2s");
  tree.add_sensor("hwmon0", "power_meter", "power1_average", "250000000");
  tree.add_sensor("hwmon1", "power_meter", "power1_average", "250000000");
  const auto attempt = open_hwmon(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_EQ(attempt.source->zones().size(), 1u);
  EXPECT_THAT(attempt.detail, HasSubstr("hwmon1 power1_average: power_meter hwmon0 is in use"));
}

void check_left_out(const Sensor& sensor, std::string_view why) {
  const auto verdict = judge(sensor);
  EXPECT_FALSE(verdict.use) << sensor.chip << " " << sensor.label;
  EXPECT_THAT(verdict.why_not, HasSubstr(std::string(why)));
}

TEST(Hwmon, WhatMeasuresSomethingElseIsLeftOutWithItsReason) {
  check_left_out({.chip = "nvme", .label = ""}, "a disk");
  check_left_out({.chip = "BAT0", .label = ""}, "a battery");
  check_left_out({.chip = "hidpp_battery_0", .label = ""}, "a battery");
  check_left_out({.chip = "nct6798", .label = ""}, "not known what this chip measures");
  check_left_out({.chip = "ina226", .label = ""}, "which rail");
  check_left_out({.chip = "ina226", .label = "VDD_GPU"}, "one rail");
  check_left_out({.chip = "ibmpowernv", .label = "Chip 0 Vdd"}, "a part");
  check_left_out({.chip = "occ", .label = "0_proc"}, "a part");
  check_left_out({.chip = "i915_gt0", .label = ""}, "a tile");
  check_left_out({.chip = "xe", .label = "pkg"}, "part of its card");
  check_left_out({.chip = "amd_energy", .label = "Esocket"}, "names no socket");
  check_left_out({.chip = "amdgpu", .label = "PPT", .kind = Sensor::Kind::power}, "inside of the processor");
}

TEST(Hwmon, SystemsOfPowerMachinesAreTheMachine) {
  for (const auto& sensor : {Sensor{.chip = "ibmpowernv", .label = "System"}, Sensor{.chip = "occ", .label = "system"},
                             Sensor{.chip = "occ", .label = "0_system"}, Sensor{.chip = "ina226", .label = "TOTAL"}})
    EXPECT_EQ(judge(sensor).use.value().scope, Scope::machine) << sensor.chip;
}

struct Refusal {
  std::string detail, fix;
};
void check_refused(HostTree& tree, const Refusal& expected) {
  const auto attempt = open_hwmon(tree.host, {});
  EXPECT_FALSE(attempt.source);
  EXPECT_THAT(attempt.detail, HasSubstr(expected.detail));
  EXPECT_EQ(attempt.fix, expected.fix);
}

TEST(Hwmon, WithoutASensorItSaysSo) {
  HostTree tree("epyc-2s");
  check_refused(tree, {"no chip in /sys/class/hwmon tells energy or power", ""});
  tree.add_sensor("hwmon0", "coretemp", "temp1_input", "40000");
  check_refused(tree, {"no chip in /sys/class/hwmon tells energy or power", ""});
  tree.add_sensor("hwmon1", "nct6798", "power1_input", "5");
  check_refused(tree, {"no sensor can be used: nct6798 hwmon1 power1_input: it is not known", ""});
}

TEST(Hwmon, ASensorThatMayNotBeReadIsToldWithTheCommandThatOpensIt) {
  HostTree tree("epyc-2s");
  tree.add_sensor("hwmon0", "power_meter", "power1_average", "250000000");
  tree.files.fail(tree.folder / "sys/class/hwmon/hwmon0/power1_average", base::Error::denied("Permission denied"));
  check_refused(tree, {"power1_average may not be read", "sudo chmod a+r /sys/class/hwmon/hwmon0/power1_average"});
}

TEST(Hwmon, ACounterOfASocketThatStandsStillAtZeroIsRefused) {
  HostTree tree("epyc-2s");
  tree.add_sensor("hwmon0", "amd_energy", "energy1_input", "0", "Esocket0");
  check_refused(tree, {"its counter stands still at 0 µJ", ""});
}

TEST(Hwmon, APowerBelowZeroIsAFaultAndNoReading) {
  HostTree tree("epyc-2s");
  tree.add_sensor("hwmon0", "power_meter", "power1_average", "250000000");
  const auto attempt = open_hwmon(tree.host, {});
  ASSERT_TRUE(attempt.source);
  tree.folder.write("sys/class/hwmon/hwmon0/power1_average", "-3\n");
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  ASSERT_EQ(readings.faults.size(), 1u);
  EXPECT_EQ(readings.faults[0].error.text(), "power_meter hwmon0: '-3' is no counter value");
}

}  // namespace
}  // namespace power_sources
