#include "jobs/confidence.h"

#include <gmock/gmock.h>

namespace jobs {
namespace {

using testing::HasSubstr;
using Level = Confidence::Level;

TEST(ParseConfidence, TakesTheThreeForms) {
  EXPECT_EQ(*parse_confidence("auto"), Repetitions{});
  EXPECT_EQ(*parse_confidence("repeat: 5"), (Repetitions{5, 5, std::nullopt}));
  EXPECT_EQ(parse_confidence("until:2.5%")->until, 0.025);
  EXPECT_EQ(parse_confidence("until: 2%")->most, most_repetitions);
  for (const char* form : {"auto", "repeat: 7", "until: 2%", "until: 0.5%"})
    EXPECT_EQ(text_of(*parse_confidence(form)), form);
  for (const char* bad : {"", "Auto", "repeat", "repeat: 1", "repeat: 51", "repeat: x", "until: 2", "until: 0%",
                          "until: 51%", "until: nan%", "high"})
    EXPECT_THAT(parse_confidence(bad).error().text(), HasSubstr("write auto, repeat: 5")) << bad;
}

Report with(double value, double half, units::Quality quality, int repetitions = 0) {
  Report report;
  report.energy = {{Part::total, units::Measured<units::Joules>::of(units::Joules(value), units::Joules(value - half),
                                                                    units::Joules(value + half), quality, "perf",
                                                                    units::Scope::package)}};
  for (int i = 1; i <= repetitions; ++i) {
    auto& piece = report.pieces.emplace_back();
    piece.kind = Piece::Kind::repetition;
    piece.number = i;
  }
  return report;
}

TEST(ConfidenceOfAReport, IsHighOnlyWhereRunsWereRepeatedAndNarrow) {
  using units::Quality;
  EXPECT_EQ(confidence(with(100, 1, Quality::measured, 5)).level, Level::high);
  EXPECT_EQ(confidence(with(100, 5, Quality::measured, 5)).level, Level::medium);
  EXPECT_EQ(confidence(with(100, 20, Quality::measured, 5)).level, Level::low);
  const auto once = confidence(with(100, 1, Quality::measured));
  EXPECT_EQ(once.level, Level::medium);
  EXPECT_THAT(once.reason, HasSubstr("how runs scatter is not known"));
  EXPECT_EQ(confidence(with(100, 1, Quality::estimated, 5)).level, Level::low);
}

TEST(ConfidenceOfAReport, IsLowWithTheReasonWhereNothingIsKnown) {
  EXPECT_EQ(confidence({}).reason, "no energy was read");
  Report report;
  report.energy = {{Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::package, "no sensor")}};
  EXPECT_EQ(confidence(report), (Confidence{Level::low, "the energy is not known: no sensor"}));
}

}  // namespace
}  // namespace jobs
