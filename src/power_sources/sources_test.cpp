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
}

}  // namespace
}  // namespace power_sources
