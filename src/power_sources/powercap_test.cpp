#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "power/zone_tree.h"
#include "power_sources/host_tree_for_tests.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Scope = units::Scope;

struct Seen {
  std::string name;
  Scope scope;
  std::optional<int> socket;
  bool part;
  bool operator==(const Seen&) const = default;
};
std::vector<Seen> seen(const power::Source& source) {
  std::vector<Seen> list;
  for (const auto& zone : source.zones()) list.push_back({zone.name, zone.scope, zone.socket, zone.parent.has_value()});
  return list;
}

void add_laptop(const HostTree& tree) {
  tree.add({"intel-rapl:0", "package-0"});
  tree.add({"intel-rapl:0:0", "core"});
  tree.add({"intel-rapl:0:1", "uncore"});
  tree.add({"intel-rapl:0:2", "dram"});
  tree.add({"intel-rapl:1", "psys"});
  tree.add({"intel-rapl-mmio:0", "package-0"});
}

TEST(Powercap, FindsTheZonesOfALaptopAndDropsTheMmioTwin) {
  HostTree tree("laptop-1s");
  add_laptop(tree);
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source),
              ElementsAre(Seen{"package-0", Scope::package, 0, false}, Seen{"core", Scope::package, 0, true},
                          Seen{"uncore", Scope::package, 0, true}, Seen{"dram", Scope::dram, 0, false},
                          Seen{"psys", Scope::psys, {}, false}));
  EXPECT_EQ(attempt.source->zones()[0].path, "/sys/class/powercap/intel-rapl:0");
  EXPECT_EQ(attempt.source->zones()[1].parent, "/sys/class/powercap/intel-rapl:0");
  EXPECT_EQ(attempt.source->zones()[0].range, 262'143'328'850u);
  EXPECT_EQ(attempt.source->zones()[0].limit, units::Watts(200));
}

TEST(Powercap, FindsEverySocketOfAMachine) {
  for (const int sockets : {1, 2, 4, 8, 64}) {
    HostTree tree("epyc-2s");
    for (int i = 0; i < sockets; ++i) tree.add({base::format("intel-rapl:{}", i), base::format("package-{}", i)});
    const auto attempt = open_powercap(tree.host, {});
    ASSERT_TRUE(attempt.source);
    EXPECT_EQ(attempt.source->zones().size(), static_cast<std::size_t>(sockets));
    std::set<int> found;
    for (const auto& zone : attempt.source->zones()) found.insert(zone.socket.value());
    EXPECT_EQ(found.size(), static_cast<std::size_t>(sockets));
    EXPECT_EQ(*found.rbegin(), sockets - 1);
  }
}

TEST(Powercap, FindsZonesThatAreOnlyNestedInTheirParents) {
  HostTree tree("laptop-1s");
  tree.add({"intel-rapl:0", "package-0"});
  tree.add({"intel-rapl:0/intel-rapl:0:0", "dram"});
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_THAT(seen(*attempt.source),
              ElementsAre(Seen{"package-0", Scope::package, 0, false}, Seen{"dram", Scope::dram, 0, false}));
}

TEST(Powercap, DiesOfASocketKeepTheNumberOfTheirSocket) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-1-die-0"});
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_EQ(attempt.source->zones()[0].socket, 1);
}

TEST(Powercap, DiesOfAnAmdSocketThatShowOneCounterAreCountedOnceAndTheOtherSocketToo) {
  HostTree tree("epyc-2s");
  for (int socket = 0; socket < 2; ++socket)
    for (int die = 0; die < 4; ++die)
      tree.add({base::format("intel-rapl:{}", 4 * socket + die), base::format("package-{}-die-{}", socket, die),
                base::format("{}", 1'000'000 + 500'000'000 * socket)});
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source);
  ASSERT_EQ(attempt.source->zones().size(), 8u);
  power::MirrorWatch mirrors(attempt.source->zones());
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  mirrors.look(readings.good);
  EXPECT_EQ(std::ranges::count(mirrors.roles(), power::Role::counted), 2);
  EXPECT_EQ(std::ranges::count(mirrors.roles(), power::Role::mirror), 6);
}

TEST(Powercap, TheErrnoOfAReadIsToldPerZoneAndTheOthersGoOn) {
  for (const int number : {EACCES, EINVAL, ENODATA, ENODEV, EIO}) {
    HostTree tree("epyc-2s");
    tree.add({"intel-rapl:0", "package-0"});
    tree.add({"intel-rapl:1", "package-1"});
    const auto attempt = open_powercap(tree.host, {});
    ASSERT_TRUE(attempt.source);
    const auto error = base::Error::from_errno(number, "pread");
    tree.files.fail(tree.folder / "sys/class/powercap/intel-rapl:0/energy_uj", error);
    power::Readings readings;
    attempt.source->read(tree.clock, readings);
    ASSERT_EQ(readings.good.size(), 1u);
    EXPECT_EQ(readings.good[0].zone, 1u);
    ASSERT_EQ(readings.faults.size(), 1u);
    EXPECT_EQ(readings.faults[0].error.kind(), error.kind());
    EXPECT_THAT(readings.faults[0].error.text(), AllOf(HasSubstr("package-0: "), HasSubstr(error.text())));
  }
}

TEST(Powercap, AZoneWhoseErrnoIsThereAtTheStartIsLeftOutAndTheOthersAreUsed) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0"});
  tree.add({"intel-rapl:1", "package-1"});
  tree.files.fail(tree.folder / "sys/class/powercap/intel-rapl:1/energy_uj", base::Error::from_errno(ENODATA, "pread"));
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_EQ(attempt.source->zones().size(), 1u);
  EXPECT_THAT(attempt.detail, HasSubstr("left out: package-1"));
}

TEST(Powercap, ReadsEachCounterWithItsTime) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0", "123"});
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source);
  tree.set_energy("intel-rapl:0", "456\n");
  tree.clock.now = units::BootTime::from_seconds(7);
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  ASSERT_EQ(readings.good.size(), 1u);
  EXPECT_EQ(readings.good[0].raw, 456u);
  EXPECT_EQ(readings.good[0].at, units::BootTime::from_seconds(7));
}

TEST(Powercap, ATurboLimitAboveTheLongTermOneIsTheLimit) {
  HostTree tree("laptop-1s");
  tree.add({"intel-rapl:0", "package-0", "5", "262143328850", "15000000"});
  tree.folder.write("sys/class/powercap/intel-rapl:0/constraint_1_power_limit_uw", "64000000\n");
  tree.folder.write("sys/class/powercap/intel-rapl:0/constraint_2_power_limit_uw", "99999999999999\n");
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_EQ(attempt.source->zones()[0].limit, units::Watts(64));
}

TEST(Powercap, UnknownRangeAndLimitStayUnknown) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0", "5", "", ""});
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_EQ(attempt.source->zones()[0].range, 0u);
  EXPECT_EQ(attempt.source->zones()[0].limit, units::Watts(0));
}

TEST(Powercap, ABadZoneDoesNotSilenceTheOthersNeitherAtTheStartNorLater) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0"});
  tree.add({"intel-rapl:1", "package-1", "garbage"});
  tree.add({"intel-rapl:2", "package-2"});
  const auto attempt = open_powercap(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_EQ(attempt.source->zones().size(), 2u);
  EXPECT_THAT(attempt.detail, HasSubstr("left out: package-1: 'garbage' is no counter value"));
  tree.set_energy("intel-rapl:2", "");  // a short read
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  EXPECT_EQ(readings.good.size(), 1u);
  ASSERT_EQ(readings.faults.size(), 1u);
  EXPECT_EQ(readings.faults[0].zone, 1u);
  EXPECT_THAT(readings.faults[0].error.text(), HasSubstr("package-2"));
}

TEST(Powercap, PartsWithoutTheirPackageAreNotUsed) {
  HostTree tree("laptop-1s");
  tree.add({"intel-rapl:0", "package-0", "garbage"});
  tree.add({"intel-rapl:0:0", "core"});
  EXPECT_FALSE(open_powercap(tree.host, {}).source);
}

struct Refusal {
  std::string detail, fix;
};
void check_refused(HostTree& tree, const Refusal& expected) {
  const auto attempt = open_powercap(tree.host, {});
  EXPECT_FALSE(attempt.source);
  EXPECT_THAT(attempt.detail, HasSubstr(expected.detail));
  EXPECT_EQ(attempt.fix, expected.fix);
}

TEST(Powercap, WithoutTheDriverItNamesTheCommandThatLoadsIt) {
  HostTree tree("epyc-2s");
  check_refused(tree, {"no driver for this CPU's counters is loaded", "sudo modprobe intel_rapl_msr"});
  tree.folder.write("sys/class/powercap/intel-rapl/enabled", "1\n");
  check_refused(tree, {"no zones in /sys/class/powercap", "sudo modprobe intel_rapl_msr"});
}

TEST(Powercap, InAVirtualMachineNoCommandIsNamedThatWouldNotHelp) {
  HostTree tree("vm-2cpu");
  check_refused(tree, {"this is a virtual machine", ""});
}

TEST(Powercap, CountersThatOnlyRootMayReadAreToldWithTheCommandThatOpensThem) {
  HostTree tree("laptop-1s");
  add_laptop(tree);
  // As root every file can be read, so the test refuses like the kernel does.
  for (const auto* zone : {"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:0:1", "intel-rapl:0:2", "intel-rapl:1"})
    tree.files.fail(tree.folder / base::format("sys/class/powercap/{}/energy_uj", zone),
                    base::Error::denied("permission denied"));
  const auto attempt = open_powercap(tree.host, {});
  EXPECT_FALSE(attempt.source);
  EXPECT_EQ(attempt.detail, "powercap is readable by root only");
  EXPECT_EQ(attempt.fix, "sudo chmod a+r /sys/class/powercap/*/energy_uj");
}

TEST(Powercap, AValueAboveItsRangeIsRefused) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0", "999999999999"});
  check_refused(tree, {"it shows 999999999999 µJ, more than its range of 262143328850 µJ", ""});
}

TEST(Powercap, ACounterThatStandsStillInAVirtualMachineIsRefused) {
  HostTree tree("vm-2cpu");
  tree.add({"intel-rapl:0", "package-0", "4711"});
  check_refused(tree, {"its counter stands still at 4711 µJ", ""});
}

TEST(Powercap, ACounterThatJumpsInAVirtualMachineIsRefused) {
  HostTree tree("vm-2cpu");
  tree.add({"intel-rapl:0", "package-0", "4711"});
  tree.clock.meanwhile = [&] { tree.set_energy("intel-rapl:0", "200000000000"); };
  check_refused(tree, {"its counter jumped from 4711 to 200000000000 µJ", ""});
}

TEST(Powercap, ACounterThatCountsInAVirtualMachineIsUsed) {
  HostTree tree("vm-2cpu");
  tree.add({"intel-rapl:0", "package-0", "4711"});
  tree.clock.meanwhile = [&] { tree.set_energy("intel-rapl:0", "504711"); };  // 50 W
  EXPECT_TRUE(open_powercap(tree.host, {}).source);
}

TEST(Powercap, ACounterAtZeroIsLookedAtTwiceOnAnyMachine) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0", "0"});
  check_refused(tree, {"its counter stands still at 0 µJ", ""});
}

TEST(Powercap, OnAMachineOfItsOwnNothingWaits) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0"});
  tree.clock.meanwhile = [] { ADD_FAILURE() << "opening slept"; };
  EXPECT_TRUE(open_powercap(tree.host, {}).source);
}

}  // namespace
}  // namespace power_sources
