#include <errno.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "power/zone_tree.h"
#include "power_sources/host_tree_for_tests.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Scope = units::Scope;

const std::vector<std::string> kAll{"energy-pkg", "energy-cores", "energy-gpu", "energy-ram", "energy-psys"};

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

TEST(Perf, FindsTheZonesOfALaptop) {
  HostTree tree("laptop-1s");
  tree.add_power_pmu({{.cpu = 0}}, kAll);
  const auto attempt = open_perf(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source),
              ElementsAre(Seen{"package-0", Scope::package, 0, false}, Seen{"core", Scope::package, 0, true},
                          Seen{"uncore", Scope::package, 0, true}, Seen{"dram", Scope::dram, 0, false},
                          Seen{"psys", Scope::psys, {}, false}));
  EXPECT_EQ(attempt.detail, "package-0, core, uncore, dram, psys");
  const auto zones = attempt.source->zones();
  EXPECT_EQ(zones[0].path, "/sys/bus/event_source/devices/power/events/energy-pkg@cpu0");
  EXPECT_EQ(zones[1].parent, zones[0].path);
  EXPECT_DOUBLE_EQ(zones[0].joules_per_unit, HostTree::kPerfUnit);
  EXPECT_EQ(zones[0].range, 0u) << "the kernel widens it";
}

TEST(Perf, FindsEverySocketOfAMachineAndPsysOnce) {
  for (const int sockets : {1, 2, 4, 8, 64}) {
    HostTree tree("epyc-2s");
    std::vector<HostTree::PmuCpu> cpus;
    for (int i = 0; i < sockets; ++i) cpus.push_back({.cpu = 8 * i, .socket = i});
    tree.add_power_pmu(cpus, {"energy-pkg", "energy-psys"});
    const auto attempt = open_perf(tree.host, {});
    ASSERT_TRUE(attempt.source);
    std::vector<int> found;
    int platforms = 0;
    for (const auto& zone : attempt.source->zones())
      zone.scope == Scope::psys ? void(++platforms) : found.push_back(zone.socket.value());
    ASSERT_EQ(found.size(), static_cast<std::size_t>(sockets));
    for (int i = 0; i < sockets; ++i) EXPECT_EQ(found[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(platforms, 1);
  }
}

TEST(Perf, ReadsTheCountersOfAPackageAtOneMoment) {
  HostTree tree("epyc-2s");
  tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg", "energy-ram"});
  const auto attempt = open_perf(tree.host, {});
  ASSERT_TRUE(attempt.source);
  tree.set_count(0, "energy-pkg", "4294967296");
  tree.set_count(0, "energy-ram", "77");
  tree.clock.now = units::BootTime::from_seconds(107);
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  ASSERT_EQ(readings.good.size(), 2u);
  EXPECT_EQ(readings.good[0].raw, 4'294'967'296u);
  EXPECT_EQ(readings.good[1].raw, 77u);
  EXPECT_EQ(readings.good[0].at, units::BootTime::from_seconds(107));
  EXPECT_EQ(readings.good[1].at, readings.good[0].at);
}

TEST(Perf, DiesOfAnAmdSocketShowOneCounterAndAreReadOnce) {
  HostTree tree("epyc-2s");
  tree.add_power_pmu({{0, 0, 0}, {8, 0, 1}, {16, 1, 0}, {24, 1, 1}}, {"energy-pkg"});
  const auto attempt = open_perf(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_THAT(seen(*attempt.source),
              ElementsAre(Seen{"package-0", Scope::package, 0, false}, Seen{"package-1", Scope::package, 1, false}));
}

TEST(Perf, DiesOfAnIntelSocketCountApartAndAreNoMirrorsHoweverEqualTheyBegin) {
  HostTree tree("laptop-1s");
  tree.add_power_pmu({{0, 0, 0}, {8, 0, 1}}, {"energy-pkg"});
  const auto attempt = open_perf(tree.host, {});
  ASSERT_TRUE(attempt.source);
  EXPECT_THAT(seen(*attempt.source), ElementsAre(Seen{"package-0-die-0", Scope::package, 0, false},
                                                 Seen{"package-0-die-1", Scope::package, 0, false}));
  power::MirrorWatch mirrors(attempt.source->zones());
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  mirrors.look(readings.good);
  EXPECT_THAT(mirrors.roles(), ElementsAre(power::Role::counted, power::Role::counted));
}

TEST(Perf, AnEventThatTheKernelRefusesDoesNotSilenceItsGroup) {
  HostTree tree("laptop-1s");
  tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg", "energy-cores", "energy-ram"});
  tree.files.fail(tree.folder / "perf/0/energy-cores", base::Error::failed("Invalid argument"));
  const auto attempt = open_perf(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source),
              ElementsAre(Seen{"package-0", Scope::package, 0, false}, Seen{"dram", Scope::dram, 0, false}));
  EXPECT_THAT(attempt.detail, HasSubstr("left out: "));
  EXPECT_THAT(attempt.detail, HasSubstr("energy-cores"));
}

TEST(Perf, PartsWithoutTheirPackageAreNotUsed) {
  HostTree tree("laptop-1s");
  tree.add_power_pmu({{.cpu = 0}}, {"energy-cores", "energy-gpu"});
  const auto attempt = open_perf(tree.host, {});
  EXPECT_FALSE(attempt.source);
  EXPECT_THAT(attempt.detail, HasSubstr("counts no energy of a package"));
}

TEST(Perf, ACpuThatWasSwitchedOffIsLeftOutAndTheOtherSocketsGoOn) {
  HostTree tree("epyc-2s");
  tree.add_power_pmu({{.cpu = 0, .socket = 0}, {.cpu = 4, .socket = 1}}, {"energy-pkg"});
  std::filesystem::remove_all(tree.folder / "sys/devices/system/cpu/cpu4");
  const auto attempt = open_perf(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source), ElementsAre(Seen{"package-0", Scope::package, 0, false}));
  EXPECT_THAT(attempt.detail, HasSubstr("CPU 4: its socket is not known"));
}

TEST(Perf, TheErrnoOfAReadIsToldPerZoneAndTheOtherSocketGoesOn) {
  for (const int number : {EACCES, EINVAL, ENODATA, EIO}) {
    HostTree tree("epyc-2s");
    tree.add_power_pmu({{.cpu = 0, .socket = 0}, {.cpu = 4, .socket = 1}}, {"energy-pkg"});
    const auto attempt = open_perf(tree.host, {});
    ASSERT_TRUE(attempt.source);
    const auto error = base::Error::from_errno(number, "perf");
    tree.files.fail(tree.folder / "perf/0", error);
    power::Readings readings;
    attempt.source->read(tree.clock, readings);
    ASSERT_EQ(readings.good.size(), 1u);
    EXPECT_EQ(readings.good[0].zone, 1u);
    ASSERT_EQ(readings.faults.size(), 1u);
    EXPECT_EQ(readings.faults[0].error.kind(), error.kind());
    EXPECT_THAT(readings.faults[0].error.text(), HasSubstr("package-0: "));
    EXPECT_THAT(readings.faults[0].error.text(), HasSubstr(error.text()));
  }
}

struct Refusal {
  std::string detail, fix;
};
void check_refused(HostTree& tree, const Refusal& expected) {
  const auto attempt = open_perf(tree.host, {});
  EXPECT_FALSE(attempt.source);
  EXPECT_THAT(attempt.detail, HasSubstr(expected.detail));
  EXPECT_EQ(attempt.fix, expected.fix);
}

TEST(Perf, WithoutThePmuItNamesTheCommandThatLoadsItButNotInAVirtualMachine) {
  HostTree own("epyc-2s");
  check_refused(own, {"the kernel's driver for this CPU's counters is not loaded", "sudo modprobe rapl"});
  HostTree guest("vm-2cpu");
  check_refused(guest, {"this is a virtual machine", ""});
}

void deny(HostTree& tree, std::string_view effective, std::string_view bounding) {
  tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg"});
  tree.files.fail(tree.folder / "perf", base::Error::denied("Permission denied"));
  tree.folder.write("proc/sys/kernel/perf_event_paranoid", "2\n");
  tree.folder.write("proc/self/status", base::format("CapEff:\t{}\nCapBnd:\t{}\n", effective, bounding));
}

TEST(Perf, ACapabilityInTheBoundingSetThatIsNotEffectiveIsAMissingOne) {
  HostTree tree("epyc-2s");
  deny(tree, "0000000000000000", "000001ffffffffff");
  check_refused(tree, {"CAP_PERFMON is allowed (bounding set) but not effective; kernel.perf_event_paranoid is 2",
                       "sudo setcap cap_perfmon=ep \"$(command -v ffwatt)\""});
  std::filesystem::create_symlink("/usr/local/my bin/ffwatt", tree.folder / "proc/self/exe");
  check_refused(tree, {"CAP_PERFMON", "sudo setcap cap_perfmon=ep '/usr/local/my bin/ffwatt'"});
}

TEST(Perf, WhereTheCapabilityCannotBeHadTheSysctlIsNamed) {
  HostTree tree("epyc-2s");
  deny(tree, "0000000000000000", "00000000a80425fb");  // a container's
  check_refused(tree, {"not in this process's bounding set", "sudo sysctl kernel.perf_event_paranoid=0"});
}

TEST(Perf, WhereTheCapabilityIsThereASeccompFilterIsNamed) {
  HostTree tree("epyc-2s");
  deny(tree, "0000004000000000", "0000004000000000");
  check_refused(tree, {"a seccomp filter", "docker run --security-opt seccomp=unconfined ..."});
}

TEST(Perf, GarbageInItsFilesIsToldAndNeverGuessedAt) {
  const std::string pmu = "sys/bus/event_source/devices/power/";
  const struct {
    std::string file, content, said;
  } cases[] = {
      {"type", "x", "type: 'x' is no number"},
      {"cpumask", "0-", "cpumask: '0-' is no list of CPUs"},
      {"cpumask", "0-99999999999", "is no list of CPUs"},
      {"events/energy-pkg", "umask=1", "'umask=1' is no event of this PMU"},
      {"events/energy-pkg.unit", "Watts", "its unit is 'Watts' instead of Joules"},
      {"events/energy-pkg.scale", "-1", "'-1' is no number of joules a count"},
      {"events/energy-pkg.scale", "nan", "'nan' is no number of joules a count"},
  };
  for (const auto& garbage : cases) {
    HostTree tree("epyc-2s");
    tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg"});
    tree.folder.write(pmu + garbage.file, garbage.content);
    check_refused(tree, {garbage.said, ""});
  }
}

TEST(Perf, CountersThatStandStillInAVirtualMachineAreRefused) {
  HostTree tree("vm-2cpu");
  tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg"});
  check_refused(tree, {"package-0: its counter stands still at 0 µJ", ""});
}

TEST(Perf, CountersThatCountInAVirtualMachineAreUsedWithoutThoseThatDoNot) {
  HostTree tree("vm-2cpu");
  tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg", "energy-cores", "energy-ram"});
  tree.clock.meanwhile = [&] { tree.set_count(0, "energy-pkg", "2147483648"); };  // 50 W
  const auto attempt = open_perf(tree.host, {});
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_THAT(seen(*attempt.source),
              ElementsAre(Seen{"package-0", Scope::package, 0, false}, Seen{"core", Scope::package, 0, true}));
  power::Readings readings;
  attempt.source->read(tree.clock, readings);
  ASSERT_EQ(readings.good.size(), 2u);
  EXPECT_EQ(readings.good[0].raw, 2'147'483'648u);
}

TEST(Perf, OnAMachineOfItsOwnNothingWaits) {
  HostTree tree("epyc-2s");
  tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg"});
  tree.clock.meanwhile = [] { ADD_FAILURE() << "opening slept"; };
  EXPECT_TRUE(open_perf(tree.host, {}).source);
}

}  // namespace
}  // namespace power_sources
