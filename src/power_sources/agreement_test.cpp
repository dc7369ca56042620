#include "power_sources/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "power_sources/host_tree_for_tests.h"

namespace power_sources {
namespace {

using ::testing::HasSubstr;
using Verdict = Agreement::Verdict;

// Two sockets with memory, by both ways; they use this much over the two seconds of the comparison.
class TwoWays {
 public:
  TwoWays() {
    tree.add_power_pmu({{.cpu = 0, .socket = 0}, {.cpu = 4, .socket = 1}}, {"energy-pkg", "energy-ram"});
    for (int i = 0; i < 2; ++i) {
      tree.add({base::format("intel-rapl:{}", i), base::format("package-{}", i)});
      tree.add({base::format("intel-rapl:{}:0", i), "dram"});
    }
    tree.add({"intel-rapl:2", "psys"});  // which perf does not show here
    tree.clock.meanwhile = [this] { show(); };
  }
  Agreement compare() { return compare_perf_with_powercap(tree.host, {}); }

  HostTree tree{"epyc-2s"};
  units::Joules perf{100}, powercap{100};  // of package 1; all else uses 100 J in both

 private:
  void show() {
    for (const auto* event : {"energy-pkg", "energy-ram"})
      for (const int cpu : {0, 4}) tree.set_count(cpu, event, count(units::Joules(100)));
    tree.set_count(4, "energy-pkg", count(perf));
    for (const auto* zone : {"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:1:0", "intel-rapl:2"})
      tree.set_energy(zone, microjoules(units::Joules(100)));
    tree.set_energy("intel-rapl:1", microjoules(powercap));
  }
  static std::string count(units::Joules energy) {
    return base::format("{:.0f}", 1 + energy.value() / HostTree::kPerfUnit);
  }
  static std::string microjoules(units::Joules energy) { return base::format("{:.0f}", 1e6 + energy.value() * 1e6); }
};

TEST(Agreement, TwoSourcesWithinTwoPercentAgree) {
  TwoWays ways;
  ways.perf = units::Joules(101.9);
  const auto agreement = ways.compare();
  EXPECT_EQ(agreement.verdict, Verdict::agree) << agreement.text;
  EXPECT_NEAR(agreement.worst, 0.0186, 0.0001);
  EXPECT_EQ(ways.tree.clock.now, units::BootTime::from_seconds(102)) << "it takes two seconds";
}

TEST(Agreement, OneSocketThatDiffersIsNotHiddenByTheOther) {
  TwoWays ways;
  ways.powercap = units::Joules(50);
  const auto agreement = ways.compare();
  EXPECT_EQ(agreement.verdict, Verdict::differ);
  EXPECT_DOUBLE_EQ(agreement.worst, 0.5);
  EXPECT_THAT(agreement.text, HasSubstr("package 1: 50.00 W by perf, 25.00 W by powercap"));
}

TEST(Agreement, AZoneThatCannotBeReadLeavesItUnknown) {
  TwoWays ways;
  const auto show = ways.tree.clock.meanwhile;
  ways.tree.clock.meanwhile = [&] {
    show();
    ways.tree.set_energy("intel-rapl:0", "N/A");
  };
  const auto agreement = ways.compare();
  EXPECT_EQ(agreement.verdict, Verdict::unknown);
  EXPECT_THAT(agreement.text, HasSubstr("powercap: package-0: 'N/A' is no counter value"));
}

TEST(Agreement, ACounterThatStartedAgainLeavesItUnknown) {
  TwoWays ways;
  const auto show = ways.tree.clock.meanwhile;
  ways.tree.clock.meanwhile = [&] {
    show();
    ways.tree.set_energy("intel-rapl:0", "3");
  };
  const auto agreement = ways.compare();
  EXPECT_EQ(agreement.verdict, Verdict::unknown);
  EXPECT_THAT(agreement.text, HasSubstr("package-0 of powercap: its counter jumped"));
}

TEST(Agreement, CountersThatStandStillInBothProveNothing) {
  TwoWays ways;
  ways.tree.clock.meanwhile = {};
  EXPECT_THAT(ways.compare().text, HasSubstr("did not move in either"));
}

TEST(Agreement, WhereOneOfThemCannotBeOpenedItSaysWhichAndDoesNotWait) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0"});
  tree.clock.meanwhile = [] { ADD_FAILURE() << "it waited"; };
  const auto agreement = compare_perf_with_powercap(tree.host, {});
  EXPECT_EQ(agreement.verdict, Verdict::unknown);
  EXPECT_THAT(agreement.text, HasSubstr("perf: no /sys/bus/event_source/devices/power"));
}

}  // namespace
}  // namespace power_sources
