#include <gtest/gtest.h>

#include "base/text.h"
#include "report/golden.h"
#include "report/report.h"
#include "report/sample_reports.h"
#include "report/text_layout.h"

namespace report {
namespace {

std::vector<jobs::Report> kinds_of_run() {
  return {samples::measured(),    samples::estimated(), samples::unmeasurable(),
          samples::interrupted(), samples::failed(),    samples::other_program()};
}

TEST(EnergyTable, RunsOfEachKindReadAsInTheGoldenFiles) {
  expect_golden("table_80.txt", energy_table(kinds_of_run(), {.columns = 80}));
  expect_golden("table_120.txt", energy_table(kinds_of_run(), {.columns = 120}));
  expect_golden("table_40_ascii.txt", energy_table(kinds_of_run(), {.columns = 40, .symbols = Style::Symbols::ascii}));
}

TEST(EnergyTable, EnergyQualityAndStateStayHoweverNarrowTheTerminal) {
  const auto text = energy_table({samples::measured()}, {.columns = 45});
  for (const char* part : {"412.6 J", "measured", "completed"}) EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(EnergyTable, AReasonStandsOnceUnderTheTableAndOnlyIfACellRefersToIt) {
  const auto text = energy_table({samples::unmeasurable(), samples::unmeasurable()}, {.columns = 120});
  const auto first = text.find("no energy counter can be read");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("no energy counter can be read", first + 1), std::string::npos);
  EXPECT_EQ(energy_table({samples::other_program()}, {.columns = 45}).find("no frame count"), std::string::npos)
      << "the columns that need it are gone at this width";
}

std::string line_with(const std::string& text, const std::string& part) {
  for (const auto line : base::split(text, '\n'))
    if (line.find(part) != std::string::npos) return std::string(line);
  return {};
}

TEST(EnergyTable, NamesGetTheRoomThatTheOtherColumnsLeave) {
  auto report = samples::unmeasurable();
  report.name = "7f3k2a nightly transcode of the archive number 1";
  const std::pair<int, std::string> cases[] = {
      {40, "7f3k2a "},
      {80, "7f3k2a nightly transc"},
      {120, "7f3k2a nightly transcode of the archive"},
  };
  for (const auto& [columns, name] : cases) {
    const auto text = energy_table({report, samples::measured(), samples::failed()}, {.columns = columns});
    const auto line = line_with(text, "7f3k2a");
    EXPECT_TRUE(line.starts_with(name)) << text;
    EXPECT_LE(width(line), static_cast<std::size_t>(columns)) << text;
    EXPECT_EQ(line_with(text, "failed").ends_with("failed"), true) << text;
  }
}

TEST(EnergyTable, ReasonsThatDifferInTheirNumbersOnlyAreOne) {
  auto one = samples::unmeasurable(), two = one, three = one, other = one;
  const auto because = [](jobs::Report& report, const std::string& reason) {
    report.energy = {{jobs::Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::package, reason)}};
    report.power.reset();
  };
  because(one, "too short: 13.0 ms is less than 3 updates");
  because(two, "too short: 9.5 ms is less than 3 updates");
  because(three, "too short: 11 ms is less than 3 updates");
  because(other, "too short: 1.20 s is less than 3 updates");
  const auto text = energy_table({one, two, three, other}, {.columns = 120});
  EXPECT_NE(text.find("[1] too short: 9.5 to 13.0 ms is less than 3 updates\n"), std::string::npos) << text;
  EXPECT_NE(text.find("[2] too short: 1.20 s is less than 3 updates\n"), std::string::npos) << text;
}

TEST(EnergyTable, NoRunsIsSaid) { EXPECT_EQ(energy_table({}, {}), "no runs\n"); }

}  // namespace
}  // namespace report
