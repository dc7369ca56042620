#include <gtest/gtest.h>

#include "power/ledger.h"
#include "power_sources/host_tree_for_tests.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

Settings on_request() {
  Settings settings;
  settings.only = {"simulator"};
  return settings;
}

// Watts of each zone after `seconds` at a load of `busy` of 2 CPUs.
std::vector<double> watts(double busy, double rate) {
  HostTree tree("vm-2cpu");
  // Far from what the control group of this machine says, which then is not taken for the load.
  constexpr long kBefore = 10'000'000;
  tree.set_load(kBefore, 0);
  const auto attempt = open_simulator(tree.host, on_request());
  EXPECT_TRUE(attempt.source) << attempt.detail;
  power::Ledger ledger(attempt.source->zones());
  constexpr int kSeconds = 60;
  const auto begin = tree.clock.now;
  for (int i = 0; i <= kSeconds * rate; ++i) {
    tree.clock.now = begin + units::Seconds(i / rate);
    tree.set_load(kBefore + static_cast<long>(i / rate * 100 * busy), static_cast<long>(i / rate * 100 * (2 - busy)));
    power::Readings readings;
    attempt.source->read(tree.clock, readings);
    for (const auto& reading : readings.good) ledger.add(reading);
  }
  std::vector<double> result;
  for (std::size_t i = 0; i < ledger.size(); ++i) result.push_back(ledger.total(i).energy.value() / kSeconds);
  return result;
}

TEST(Simulator, IsNeverUsedUnlessItIsNamed) {
  HostTree tree("vm-2cpu");
  EXPECT_FALSE(open_simulator(tree.host, {}).source);
  Settings other;
  other.only = {"powercap"};
  const auto attempt = open_simulator(tree.host, other);
  EXPECT_FALSE(attempt.source);
  EXPECT_NE(attempt.detail.find("on request"), std::string::npos);
  for (const auto& source : open_all(tree.host, {}).sources) EXPECT_NE(source->name(), "simulator");
}

TEST(Simulator, AllThatItShowsIsLabelledSimulated) {
  HostTree tree("vm-2cpu");
  const auto opened = open_all(tree.host, on_request());
  ASSERT_EQ(opened.sources.size(), 1u);
  for (const auto& zone : opened.sources[0]->zones()) {
    EXPECT_EQ(zone.quality, units::Quality::simulated);
    ASSERT_TRUE(zone.idle);
    EXPECT_EQ(zone.idle->quality(), units::Quality::simulated);
  }
}

TEST(Simulator, DrawsMoreTheMoreTheMachineWorks) {
  const auto idle = watts(0, 10), half = watts(1, 10), full = watts(2, 10);
  for (std::size_t zone = 0; zone < idle.size(); ++zone) {
    EXPECT_GT(idle[zone], 0) << zone;
    EXPECT_GT(half[zone], idle[zone] * 1.01) << zone;
    EXPECT_GT(full[zone], half[zone] * 1.01) << zone;
  }
}

TEST(Simulator, GivesTheSameJoulesAtAnyRate) {
  const auto fast = watts(1, 100), slow = watts(1, 1);
  for (std::size_t zone = 0; zone < fast.size(); ++zone) EXPECT_NEAR(fast[zone] / slow[zone], 1, 0.005) << zone;
}

}  // namespace
}  // namespace power_sources
