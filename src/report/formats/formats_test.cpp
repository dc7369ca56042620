// One conformance suite for every format, and what only one of them promises.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "json/json.h"
#include "report/golden.h"
#include "report/report.h"
#include "report/sample_reports.h"
#include "wire/decode.h"

namespace report {
namespace {

std::string rendered(std::string_view format, const std::vector<jobs::Report>& reports) {
  auto text = render(format, reports);
  EXPECT_TRUE(text) << text.error().text();
  return text.value_or("");
}

TEST(Formats, EachKnowsEverySampleAndEndsWithALineBreak) {
  for (const auto& format : format_names()) {
    const std::vector<jobs::Report> all = {samples::measured(),    samples::estimated(), samples::unmeasurable(),
                                           samples::interrupted(), samples::failed(),    samples::other_program()};
    EXPECT_TRUE(rendered(format, all).ends_with('\n')) << format;
    for (const auto& report : all) {
      const auto text = rendered(format, {report});
      EXPECT_TRUE(text.ends_with('\n')) << format;
      EXPECT_NE(text.find(report.id), std::string::npos) << format;
      for (const auto& line : report.energy)
        EXPECT_NE(text.find(units::name(line.energy.quality())), std::string::npos) << format << " hides the quality";
    }
  }
}

TEST(Formats, TheSameRunGivesTheSameBytes) {
  for (const auto& format : format_names())
    EXPECT_EQ(rendered(format, {samples::measured()}), rendered(format, {samples::measured()})) << format;
}

TEST(Formats, AnEmptyReportAndAnyMixOfFieldsAreWritten) {
  for (const auto& format : format_names()) {
    EXPECT_FALSE(rendered(format, {jobs::Report{}}).empty());
    for (std::uint64_t seed = 0; seed < 100; ++seed)
      EXPECT_FALSE(rendered(format, {samples::random(seed), samples::random(seed + 1000)}).empty());
  }
}

TEST(Formats, AnUnknownOneIsRefusedWithTheNearest) {
  const auto text = render("htm", {samples::measured()});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind(), base::ErrorKind::invalid);
  EXPECT_NE(text.error().text().find("Did you mean 'html'"), std::string::npos) << text.error().text();
}

TEST(Formats, NoRunIsRefused) {
  for (const auto& format : format_names()) EXPECT_FALSE(render(format, {})) << format;
}

TEST(Formats, WhatIsMadeToBeSentHidesWhatLetsOthersIn) {
  for (const auto* format : {"html", "md", "csv"})
    EXPECT_EQ(rendered(format, {samples::hostile()}).find("secret-"), std::string::npos) << format;
}

TEST(JsonFormat, OneRunIsReadBackAsItWas) {
  for (const auto& report : {samples::measured(), samples::unmeasurable(), samples::failed()}) {
    const auto value = json::parse(rendered("json", {report}));
    ASSERT_TRUE(value) << value.error().text();
    const auto back = wire::decode_report(*value);
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(back->id, report.id);
    EXPECT_EQ(back->energy, report.energy);
    EXPECT_EQ(back->command, report.command);
  }
}

TEST(CsvFormat, RunsReadAsInTheGoldenFile) {
  expect_golden("runs.csv", rendered("csv", {samples::measured(), samples::estimated(), samples::unmeasurable(),
                                             samples::failed()}));
}

// Cells of one record, by RFC 4180.
std::vector<std::string> cells(std::string_view record) {
  std::vector<std::string> out{""};
  bool quoted = false;
  for (std::size_t i = 0; i < record.size(); ++i) {
    if (record[i] == '"' && quoted && i + 1 < record.size() && record[i + 1] == '"')
      out.back() += '"', ++i;
    else if (record[i] == '"')
      quoted = !quoted;
    else if (record[i] == ',' && !quoted)
      out.emplace_back();
    else
      out.back() += record[i];
  }
  return out;
}

TEST(CsvFormat, EveryRowHasEveryColumnAndNoCellIsAFormula) {
  std::vector<jobs::Report> reports = {samples::hostile(), samples::measured(), jobs::Report{}};
  for (std::uint64_t seed = 0; seed < 50; ++seed) reports.push_back(samples::random(seed));
  const auto text = rendered("csv", reports);
  const auto lines = base::split(std::string_view(text).substr(0, text.size() - 1), '\n');
  const auto columns = cells(lines.front()).size();
  for (const auto line : lines) {
    const auto row = cells(line);
    EXPECT_EQ(row.size(), columns) << line;
    for (const auto& cell : row) {
      const auto first = cell.find_first_not_of(' ');
      if (first == std::string::npos || base::to_double(cell)) continue;
      EXPECT_EQ(std::string("=+-@\t").find(cell[first]), std::string::npos) << cell;
    }
  }
}

TEST(MarkdownFormat, RunsReadAsInTheGoldenFiles) {
  expect_golden("run.md", rendered("md", {samples::estimated()}));
  expect_golden("runs.md", rendered("md", {samples::measured(), samples::unmeasurable(), samples::failed()}));
}

TEST(MarkdownFormat, TextFromOutsideOpensNoTagAndClosesNoFence) {
  const auto text = rendered("md", {samples::hostile()});
  std::string fence;
  for (const auto line : base::split(text, '\n')) {
    const auto ticks = std::min(line.find_first_not_of('`'), line.size());
    if (!fence.empty()) {
      if (line == fence) fence.clear();
    } else if (ticks >= 3) {
      fence = line.substr(0, ticks);
    } else {
      for (auto at = line.find('<'); at != std::string_view::npos; at = line.find('<', at + 1))
        EXPECT_TRUE(at > 0 && line[at - 1] == '\\') << line;
    }
  }
  EXPECT_TRUE(fence.empty()) << "a fence stays open";
}

}  // namespace
}  // namespace report
