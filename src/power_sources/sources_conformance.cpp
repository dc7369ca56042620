// What every power source owes to those above it, checked for each line of sources.def on every fixture machine, with
// and without sensors. A new source gets this test by its line.
#include <gtest/gtest.h>

#include <set>

#include "power_sources/host_tree_for_tests.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

struct Subject {
  std::string name;
  Attempt (*open)(os::Host&, const Settings&);
};
const std::vector<Subject> kSubjects{
#define POWER_SOURCE(name, description) {#name, &open_##name},
#include "power_sources/sources.def"
#undef POWER_SOURCE
};

enum class Sensors { none, good, bad };

void furnish(const HostTree& tree, Sensors sensors) {
  if (sensors == Sensors::none) return;
  const std::string energy = sensors == Sensors::good ? "123456789" : "N/A";
  for (int i = 0; i < 2; ++i) {
    tree.add({base::format("intel-rapl:{}", i), base::format("package-{}", i), energy});
    tree.add({base::format("intel-rapl:{}:0", i), "core", energy});
    tree.add({base::format("intel-rapl:{}:1", i), "dram", energy});
  }
  tree.add({"intel-rapl:2", "psys", energy});
}

void check_zones(const power::Source& source, const std::string& name) {
  EXPECT_EQ(source.name(), name) << "the name is the one of sources.def";
  ASSERT_FALSE(source.zones().empty()) << "a source without zones is refused, not opened";
  std::set<std::string> paths;
  for (const auto& zone : source.zones()) {
    EXPECT_TRUE(paths.insert(zone.path).second) << zone.path << " twice";
    EXPECT_FALSE(zone.name.empty());
    EXPECT_NE(zone.quality, units::Quality::unmeasurable);
    EXPECT_GT(zone.tick, units::Seconds(0));
    EXPECT_GT(zone.joules_per_unit, 0);
    if (zone.idle) {
      EXPECT_EQ(zone.idle->quality(), zone.quality);
    }
  }
  for (const auto& zone : source.zones())
    if (zone.parent) {
      EXPECT_TRUE(paths.contains(*zone.parent)) << zone.path << ": its parent is not there";
    }
}

void check_reads(power::Source& source, const HostTree& tree) {
  for (int pass = 0; pass < 3; ++pass) {
    power::Readings readings;
    const auto before = tree.clock.now;
    source.read(tree.clock, readings);
    std::set<std::size_t> zones;
    for (const auto& reading : readings.good) {
      ASSERT_LT(reading.zone, source.zones().size());
      EXPECT_TRUE(zones.insert(reading.zone).second);
      EXPECT_LE(reading.at, tree.clock.now);
      EXPECT_GE(reading.at, before);
      EXPECT_LE(reading.low_factor, 1);
      EXPECT_GE(reading.high_factor, 1);
    }
    for (const auto& fault : readings.faults) {
      EXPECT_TRUE(zones.insert(fault.zone).second);
      EXPECT_FALSE(fault.error.text().empty());
    }
    EXPECT_EQ(zones.size(), source.zones().size()) << "each zone gives a reading or a fault";
    tree.clock.now = tree.clock.now + units::Seconds(1);
  }
}

TEST(EverySource, OpensWithSoundZonesAndReadingsOrSaysWhyNot) {
  for (const auto& subject : kSubjects)
    for (const auto* fixture : {"epyc-2s", "laptop-1s", "vm-2cpu"})
      for (const auto sensors : {Sensors::none, Sensors::good, Sensors::bad}) {
        SCOPED_TRACE(subject.name + " on " + fixture);
        HostTree tree(fixture);
        furnish(tree, sensors);
        const auto attempt = subject.open(tree.host, {});
        EXPECT_FALSE(attempt.detail.empty()) << "the ladder shows it in either case";
        if (!attempt.source) continue;
        check_zones(*attempt.source, subject.name);
        check_reads(*attempt.source, tree);
      }
}

TEST(EverySource, SurvivesAMachineOfWhichNothingCanBeRead) {
  for (const auto& subject : kSubjects) {
    HostTree tree("vm-2cpu");
    std::filesystem::remove_all(tree.folder / "proc");
    std::filesystem::remove_all(tree.folder / "sys");
    const auto attempt = subject.open(tree.host, {});
    EXPECT_FALSE(attempt.source);
    EXPECT_FALSE(attempt.detail.empty());
  }
}

}  // namespace
}  // namespace power_sources
