#include "power_sources/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "power_sources/host_tree_for_tests.h"

namespace power_sources {
namespace {

using ::testing::HasSubstr;
using InUse = Rung::InUse;

const Rung& rung(const Opened& opened, std::string_view source) {
  for (const auto& rung : opened.ladder)
    if (rung.source == source) return rung;
  ADD_FAILURE() << "no rung " << source;
  return opened.ladder.front();
}

TEST(Sources, AnEstimateIsUsedWhereNothingMeasuresAndTheLadderSaysWhy) {
  HostTree tree("epyc-2s");
  const auto opened = open_all(tree.host, {});
  ASSERT_EQ(opened.sources.size(), 1u);
  EXPECT_EQ(opened.sources[0]->name(), "model");
  EXPECT_EQ(rung(opened, "powercap").in_use, InUse::no);
  EXPECT_EQ(rung(opened, "powercap").fix, "sudo modprobe intel_rapl_msr");
  EXPECT_EQ(rung(opened, "model").in_use, InUse::yes);
}

TEST(Sources, AnEstimateIsNeverUsedBesideAMeasurement) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0"});
  const auto opened = open_all(tree.host, {});
  ASSERT_EQ(opened.sources.size(), 1u);
  EXPECT_EQ(opened.sources[0]->name(), "powercap");
  EXPECT_EQ(rung(opened, "model").in_use, InUse::no);
  EXPECT_EQ(rung(opened, "model").detail, "not needed: powercap measures");
}

TEST(Sources, WherePerfReadsPowercapIsNotNeeded) {
  HostTree tree("epyc-2s");
  tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg"});
  tree.add({"intel-rapl:0", "package-0"});
  const auto opened = open_all(tree.host, {});
  ASSERT_EQ(opened.sources.size(), 1u);
  EXPECT_EQ(opened.sources[0]->name(), "perf");
  EXPECT_EQ(rung(opened, "powercap").detail, "not needed: a better source covers package");
}

TEST(Sources, OfASourceOnlyTheScopesAreUsedThatNoBetterOneCovers) {
  HostTree tree("epyc-2s");
  tree.add_sensor("hwmon0", "amd_energy", "energy1_input", "5000000", "Esocket0");
  tree.add_power_pmu({{.cpu = 0}}, {"energy-pkg", "energy-cores", "energy-ram"});
  const auto opened = open_all(tree.host, {});
  ASSERT_EQ(opened.sources.size(), 2u);
  EXPECT_EQ(opened.sources[0]->name(), "hwmon");
  auto& perf = *opened.sources[1];
  EXPECT_EQ(perf.name(), "perf");
  ASSERT_EQ(perf.zones().size(), 1u) << "neither the package nor its cores";
  EXPECT_EQ(perf.zones()[0].name, "dram");
  EXPECT_THAT(rung(opened, "perf").detail, HasSubstr("(a better source covers package)"));

  tree.set_count(0, "energy-ram", "77");
  power::Readings readings;
  perf.read(tree.clock, readings);
  ASSERT_EQ(readings.good.size(), 1u);
  EXPECT_EQ(readings.good[0].zone, 0u);
  EXPECT_EQ(readings.good[0].raw, 77u);
  tree.set_count(0, "energy-ram", "N/A");
  readings.clear();
  perf.read(tree.clock, readings);
  ASSERT_EQ(readings.faults.size(), 1u);
  EXPECT_EQ(readings.faults[0].zone, 0u);
}

TEST(Sources, TheBoardAndTheProcessorsAreReadSideBySide) {
  HostTree tree("epyc-2s");
  tree.add_sensor("hwmon0", "power_meter", "power1_average", "250000000");
  tree.add({"intel-rapl:0", "package-0"});
  const auto opened = open_all(tree.host, {});
  ASSERT_EQ(opened.sources.size(), 2u);
  EXPECT_EQ(opened.sources[0]->name(), "hwmon");
  EXPECT_EQ(opened.sources[1]->name(), "powercap");
  EXPECT_EQ(rung(opened, "model").in_use, InUse::no);
}

TEST(Sources, TheConfigurationMayLeaveSourcesOut) {
  HostTree tree("epyc-2s");
  tree.add({"intel-rapl:0", "package-0"});
  Settings settings;
  settings.only = {"model"};
  const auto opened = open_all(tree.host, settings);
  ASSERT_EQ(opened.sources.size(), 1u);
  EXPECT_EQ(opened.sources[0]->name(), "model");
  EXPECT_EQ(rung(opened, "powercap").detail, "left out by the configuration, which allows only model");
}

TEST(Sources, WhereTheOnlyOneThatIsAllowedCannotBeReadItSaysWhyAndWhatMendsIt) {
  HostTree bare("epyc-2s"), virtual_machine("vm-2cpu");
  Settings settings;
  settings.only = {"powercap"};
  const auto mendable = open_all(bare.host, settings), none = open_all(virtual_machine.host, settings);
  EXPECT_TRUE(mendable.sources.empty() && none.sources.empty());
  EXPECT_EQ(mendable.why_none,
            "none of the power sources that --power-source or energy.sources allows can be read: powercap: no zones in "
            "/sys/class/powercap: no driver for this CPU's counters is loaded (fix: sudo modprobe intel_rapl_msr); "
            "allow others ('ffwatt doctor' says what works here)");
  EXPECT_THAT(none.why_none, HasSubstr("powercap: no zones in /sys/class/powercap: this is a virtual machine"));
  EXPECT_THAT(none.why_none, testing::Not(HasSubstr("fix")));
  EXPECT_EQ(open_all(bare.host, {}).why_none, "") << "the estimate reads";
}

TEST(Sources, AnUnknownNameInTheConfigurationIsARungThatSaysSo) {
  HostTree tree("epyc-2s");
  Settings settings;
  settings.only = {"powercab"};
  const auto opened = open_all(tree.host, settings);
  EXPECT_TRUE(opened.sources.empty());
  EXPECT_THAT(rung(opened, "powercab").detail, HasSubstr("Did you mean 'powercap'?"));
}

TEST(Sources, TheLadderListsEveryKnownSourceInOrder) {
  HostTree tree("vm-2cpu");
  const auto opened = open_all(tree.host, {});
  const auto known = known_sources();
  ASSERT_EQ(opened.ladder.size(), known.size());
  for (std::size_t i = 0; i < known.size(); ++i) EXPECT_EQ(opened.ladder[i].source, known[i].source);
}

TEST(Sources, WhereNothingReadsEveryRungSaysWhy) {
  HostTree tree("vm-2cpu");
  std::filesystem::remove_all(tree.folder / "proc");
  const auto opened = open_all(tree.host, {});
  EXPECT_TRUE(opened.sources.empty());
  for (const auto& rung : opened.ladder) EXPECT_FALSE(rung.detail.empty()) << rung.source;
  EXPECT_EQ(opened.why_none, "no power source is readable; see ffwatt doctor");
}

}  // namespace
}  // namespace power_sources
