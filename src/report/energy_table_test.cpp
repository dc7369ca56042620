#include <gtest/gtest.h>

#include "report/golden.h"
#include "report/report.h"
#include "report/sample_reports.h"

namespace report {
namespace {

std::vector<jobs::Report> all() {
  return {samples::measured(),    samples::estimated(), samples::unmeasurable(),
          samples::interrupted(), samples::failed(),    samples::other_program()};
}

TEST(EnergyTable, RunsOfEachKindReadAsInTheGoldenFiles) {
  expect_golden("table_80.txt", energy_table(all(), {.columns = 80}));
  expect_golden("table_120.txt", energy_table(all(), {.columns = 120}));
  expect_golden("table_40_ascii.txt", energy_table(all(), {.columns = 40, .symbols = Style::Symbols::ascii}));
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

TEST(EnergyTable, NoRunsIsSaid) { EXPECT_EQ(energy_table({}, {}), "no runs\n"); }

}  // namespace
}  // namespace report
