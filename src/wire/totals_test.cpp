#include "wire/totals.h"

#include <gtest/gtest.h>

#include "json/json.h"
#include "wire/result_facts.h"
#include "wire/test_messages.h"

namespace wire {
namespace {

json::Value facts(const std::string& text) { return *json::parse(text); }

TEST(Totals, EnergiesOfUnlikeScopesAndQualitiesAreNeverAdded) {
  Totals totals;
  const auto run = [](const char* scope, const char* quality, const char* joules) {
    return facts(std::string(R"({"state":"completed","energy_scope":")") + scope + R"(","energy_quality":")" + quality +
                 R"(","energy_joules":)" + joules + "}");
  };
  add(run("package", "measured", "10"), totals);
  add(run("machine", "measured", "100"), totals);
  add(run("package", "estimated", "1000"), totals);
  add(run("package", "measured", "5"), totals);
  ASSERT_EQ(totals.energy.size(), 3u);
  EXPECT_EQ(totals.energy[0].joules.value(), 15);
  EXPECT_EQ(totals.energy[0].runs, 2);
  EXPECT_EQ(totals.energy[1].joules.value(), 100);
  EXPECT_EQ(totals.energy[2].joules.value(), 1000);
  EXPECT_EQ(totals.runs, 4);
}

TEST(Totals, TheEndsOfIntervalsAreAddedLikeTheValues) {
  Totals totals;
  const auto one = facts(R"({"energy_scope":"machine","energy_quality":"estimated","energy_joules":10,)"
                         R"("energy_low_joules":8,"energy_high_joules":15})");
  add(one, totals), add(one, totals);
  ASSERT_EQ(totals.energy.size(), 1u);
  EXPECT_EQ(totals.energy[0].low.value(), 16);
  EXPECT_EQ(totals.energy[0].high.value(), 30);
}

TEST(Totals, WhatIsUnknownIsCountedAndNotZero) {
  Totals totals;
  add(facts(R"({"state":"completed","energy_scope":"machine","energy_quality":"unmeasurable"})"), totals);
  add(facts(R"({"state":"failed"})"), totals);
  EXPECT_EQ(json::write(encode(totals)), R"({"runs":2,"completed":1,"energy":[],"without_energy":2,"cost":[],)"
                                         R"("without_cost":2,"without_emissions":2})");
}

TEST(Totals, MoneyOfEachCurrencyStaysApart) {
  Totals totals;
  add(facts(R"({"cost":0.5,"currency":"EUR","emissions_grams":3})"), totals);
  add(facts(R"({"cost":0.25,"currency":"EUR"})"), totals);
  add(facts(R"({"cost":2,"currency":"USD"})"), totals);
  const auto value = encode(totals);
  EXPECT_EQ(json::write(value.at("cost")),
            R"([{"currency":"EUR","amount":0.75,"runs":2},{"currency":"USD","amount":2,"runs":1}])");
  EXPECT_EQ(json::write(value.at("emissions")), R"({"grams":3,"runs":1})");
  EXPECT_EQ(value.at("without_emissions").as_integer(), 2);
}

TEST(Totals, AGroupIsADayOrAFactAndWhoSaysNothingIsTold) {
  const auto run = facts(R"({"started":"2026-01-31T23:59:59.000Z","codec":"h264"})");
  EXPECT_EQ(group_of(run, "day"), "2026-01-31");
  EXPECT_EQ(group_of(run, "codec"), "h264");
  EXPECT_EQ(group_of(run, "preset"), "");
  std::map<std::string, Totals> groups;
  add(run, groups[""]);
  add(run, groups["h264"]);
  const auto value = encode_groups("codec", units::Seconds(60), groups);
  EXPECT_TRUE(value.at("groups").items().at(0).at("name").is_null());
  EXPECT_EQ(value.at("groups").items().at(1).at("name").as_string(), "h264");
}

TEST(Totals, TakesWhatFactsAreCalled) {
  Totals totals;
  auto report = full_report();
  report.outcome.end = jobs::End::completed;
  add(encode_facts(report), totals);
  EXPECT_EQ(totals.completed, 1);
  ASSERT_EQ(totals.energy.size(), 1u);
  EXPECT_EQ(totals.energy[0].scope, units::Scope::machine);
  EXPECT_EQ(totals.energy[0].quality, units::Quality::estimated);
  EXPECT_EQ(totals.energy[0].joules.value(), 412.6);
  EXPECT_LT(totals.energy[0].low.value(), 412.6);
  EXPECT_EQ(totals.with_cost, 1) << "the full report has rates";
}

}  // namespace
}  // namespace wire
