#include "cli/bench/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli::bench {
namespace {

using testing::HasSubstr;
using wire::Experiment;

std::string fault(const std::string& text) {
  const auto parsed = parse_gate(text);
  return parsed ? "" : parsed.error().text();
}

TEST(Gate, IsAMetricASideAndAPercentage) {
  const auto gate = parse_gate("J/frame>+5%");
  ASSERT_TRUE(gate) << gate.error().text();
  EXPECT_EQ(gate->metric, Experiment::Metric::energy_per_frame);
  EXPECT_EQ(gate->side, Gate::Side::above);
  EXPECT_DOUBLE_EQ(gate->ratio, 1.05);
  EXPECT_DOUBLE_EQ(parse_gate("s < -50 %")->ratio, 0.5);
  EXPECT_EQ(parse_gate("J<2.5%")->side, Gate::Side::below);
}

TEST(Gate, ThatIsNoneIsRefusedWithTheNearestWord) {
  EXPECT_THAT(fault(""), HasSubstr("is not METRIC>PERCENT"));
  EXPECT_THAT(fault("J/frames>5%"), HasSubstr("Did you mean 'J/frame'"));
  EXPECT_THAT(fault("J>5"), HasSubstr("no percent sign"));
  EXPECT_THAT(fault("J>%"), HasSubstr("no number"));
  EXPECT_THAT(fault("J>5e%"), HasSubstr("no number"));
  EXPECT_THAT(fault("J>-100%"), HasSubstr("nothing or less"));
}

Experiment with(std::vector<std::optional<Experiment::Against::Ratio>> ratios) {
  Experiment out;
  Experiment::Setting base;
  base.name = "base";
  out.settings.push_back(base);
  for (const auto& ratio : ratios) {
    Experiment::Setting setting;
    setting.name = "new";
    setting.against.emplace();
    setting.against->ratio = ratio;
    if (!ratio) setting.against->reason = "no run of new ended well";
    out.settings.push_back(setting);
  }
  return out;
}

TEST(Gate, IsBreachedOnlyWhereTheWholeIntervalIsBeyondIt) {
  const auto above = parse_gate("J>5%").value(), below = parse_gate("J<-5%").value();
  const auto as = [&](const Gate& gate, double low, double value, double high) {
    return judge(gate, with({Experiment::Against::Ratio{value, low, high}})).as;
  };
  EXPECT_EQ(as(above, 1.06, 1.1, 1.2), Judged::As::breached);
  EXPECT_EQ(as(above, 1.04, 1.1, 1.2), Judged::As::passed);
  EXPECT_EQ(as(above, 0.8, 0.9, 0.94), Judged::As::passed);
  EXPECT_EQ(as(below, 0.8, 0.9, 0.94), Judged::As::breached);
  EXPECT_EQ(as(below, 0.8, 0.9, 0.96), Judged::As::passed);
}

TEST(Gate, WhatCannotBeJudgedIsNoPassAndABreachCountsMore) {
  const auto gate = parse_gate("J>5%").value();
  const auto none = judge(gate, with({std::nullopt}));
  EXPECT_EQ(none.as, Judged::As::not_judged);
  EXPECT_EQ(none.why, "new: no run of new ended well");
  const auto both = judge(gate, with({std::nullopt, Experiment::Against::Ratio{1.2, 1.1, 1.3}}));
  EXPECT_EQ(both.as, Judged::As::breached);
  EXPECT_EQ(both.why, "new: +20.0 % (+10.0 to +30.0)");
}

}  // namespace
}  // namespace cli::bench
