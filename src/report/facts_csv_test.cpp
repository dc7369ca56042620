#include "report/facts_csv.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "wire/result_facts.h"

namespace report {
namespace {

TEST(FactsCsv, HasAColumnForEachFactInItsOrderAndThenTheTags) {
  const auto header = facts_csv_header();
  EXPECT_TRUE(header.starts_with("id,name,kind,node,state,scenario,codec,"));
  EXPECT_TRUE(header.ends_with(",failure,exit_code,cost,currency,emissions_grams,region,tags\n"));
  EXPECT_EQ(std::count(header.begin(), header.end(), ','), static_cast<std::ptrdiff_t>(wire::facts().size()));
}

TEST(FactsCsv, ARowHasACellForEachColumnAndNothingForTheUnknown) {
  jobs::Report report;
  report.id = "aaa111", report.kind = "run", report.name = "a, \"b\"";
  report.tags = {{"rack", "b7"}, {"who", "ada"}};
  report.cpu_time = units::Seconds(0.1 + 0.2);
  const auto row = facts_csv_row(wire::encode_facts(report));
  EXPECT_EQ(row,
            "aaa111,\"a, \"\"b\"\"\",run,,completed,,,,,1970-01-01T00:00:00.000Z,1970-01-01T00:00:00.000Z,"
            ",,,,,,,,,,0.3,,,,,,,,,,,,,,,,,rack=b7 who=ada\n");
}

TEST(FactsCsv, NoCellIsAFormulaToASpreadsheet) {
  jobs::Report report;
  report.id = "a";
  report.name = "=cmd|' /C calc'!A0", report.node = "@sum", report.kind = "run\n=1+1";
  report.tags = {{"=x", "1"}};
  const auto row = facts_csv_row(wire::encode_facts(report));
  EXPECT_TRUE(row.starts_with("a,\"'=cmd|' /C calc'!A0\",run =1+1,\"'@sum\",completed,")) << row;
  EXPECT_TRUE(row.ends_with(",\"'=x=1\"\n")) << row;
}

TEST(FactsCsv, WhatIsNoFactsIsAnEmptyRow) {
  EXPECT_EQ(facts_csv_row(json::Value()).find_first_not_of(",\n"), std::string::npos);
}

}  // namespace
}  // namespace report
