#include <gtest/gtest.h>

#include "base/text.h"
#include "report/golden.h"
#include "report/report.h"
#include "report/sample_reports.h"
#include "report/text_layout.h"

namespace report {
namespace {

std::string without_colour(std::string text) {
  for (std::size_t at; (at = text.find('\x1b')) != std::string::npos;) text.erase(at, text.find('m', at) - at + 1);
  return text;
}

void expect_within(const std::string& text, std::size_t columns, const std::string& what) {
  ASSERT_TRUE(text.ends_with('\n')) << what;
  for (const auto line : base::split(std::string_view(text).substr(0, text.size() - 1), '\n'))
    EXPECT_LE(width(line), columns) << what << ": " << line;
}

TEST(Summary, EachKindOfRunReadsAsInItsGoldenFile) {
  const std::pair<const char*, jobs::Report> kinds[] = {{"measured", samples::measured()},
                                                        {"estimated", samples::estimated()},
                                                        {"unmeasurable", samples::unmeasurable()},
                                                        {"interrupted", samples::interrupted()},
                                                        {"failed", samples::failed()},
                                                        {"other_program", samples::other_program()}};
  for (const auto& [name, report] : kinds)
    for (const int columns : {80, 120}) {
      const auto text = summary(report, {.columns = columns});
      expect_golden("summary_" + std::string(name) + "_" + std::to_string(columns) + ".txt", text);
      expect_within(text, static_cast<std::size_t>(columns), name);
    }
}

TEST(Summary, ShowsThePictureBesideTheJoulesAndWhatScoringTook) {
  auto report = samples::measured();
  report.scoring = jobs::Scoring{
      .quality = {.scores = {{media::Metric::psnr, media::Pooled{38.361, 40, 33, 32, units::Seconds(4)}, "", ""},
                             {media::Metric::vmaf, std::nullopt, "no libvmaf", ""}},
                  .took = units::Seconds(3.5)},
      .energy = units::Measured<units::Joules>::of(units::Joules(41.5), units::Joules(40), units::Joules(43),
                                                   units::Quality::measured, "powercap", units::Scope::package)};
  const auto text = without_colour(summary(report, {.columns = 100}));
  EXPECT_NE(text.find("psnr 38.36 dB"), std::string::npos) << text;
  EXPECT_NE(text.find("3.50 s"), std::string::npos) << text;
  EXPECT_NE(text.find("41.5 J"), std::string::npos) << text;
  EXPECT_NE(text.find("not in the figures above"), std::string::npos) << text;
  EXPECT_EQ(text.find("vmaf"), std::string::npos) << text;  // its reason is a caveat
  report.scoring->quality.scores.erase(report.scoring->quality.scores.begin());
  EXPECT_EQ(summary(report, {.columns = 100}).find("Quality"), std::string::npos);
}

TEST(Summary, WithoutUnicodeItIsPlainAscii) {
  const auto text = summary(samples::measured(), {.columns = 80, .symbols = Style::Symbols::ascii});
  expect_golden("summary_measured_ascii.txt", text);
  for (const char c : text) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(Summary, ColourOnlyAddsToTheSameText) {
  for (const auto& report : {samples::measured(), samples::estimated(), samples::failed()}) {
    const auto coloured = summary(report, {.color = Style::Color::yes});
    EXPECT_NE(coloured.find("\x1b[1m"), std::string::npos);
    EXPECT_EQ(without_colour(coloured), summary(report, {}));
  }
}

TEST(Summary, UnknownEnergyIsNeverAZero) {
  for (const auto& report : {samples::unmeasurable(), samples::failed(), jobs::Report{}}) {
    const auto text = summary(report, {});
    EXPECT_NE(text.find("n/a ("), std::string::npos) << text;
    for (const char* zero : {" 0 J", " 0 W", " 0.0", " 0 s", " 0 frames"})
      EXPECT_EQ(text.find(zero), std::string::npos) << text;
  }
}

TEST(Summary, NoLineIsWiderThanTheTerminalWhateverTheRun) {
  for (std::uint64_t seed = 0; seed < 400; ++seed)
    for (const int columns : {30, 47, 80, 120, 200})
      for (const auto symbols : {Style::Symbols::ascii, Style::Symbols::unicode}) {
        const Style style{
            .columns = columns, .color = seed % 2 ? Style::Color::yes : Style::Color::no, .symbols = symbols};
        const auto what = "seed " + std::to_string(seed);
        expect_within(without_colour(summary(samples::random(seed), style)), static_cast<std::size_t>(columns), what);
        const std::vector<jobs::Report> runs = {samples::random(seed), samples::random(seed + 1000),
                                                samples::hostile()};
        expect_within(without_colour(energy_table(runs, style)), static_cast<std::size_t>(columns), what);
      }
}

TEST(Summary, AScenarioThatWasChangedIsNotCalledByItsNameAlone) {
  auto report = samples::estimated();
  report.name.clear();
  report.spec->scenario = "720p30-h264", report.spec->codec = media::Codec::h265, report.spec->preset = "medium";
  EXPECT_NE(summary(report, {}).find("720p30-h264 with h265"), std::string::npos) << summary(report, {});
}

TEST(Summary, AnEnergyThatItsUncertaintyHidesHasOneUnit) {
  auto report = samples::measured();
  const auto hidden =
      units::Measured<units::Joules>::of(units::Joules(-1.16e-6), units::Joules(-4.2e-3), units::Joules(4.2e-3),
                                         units::Quality::measured, "perf", units::Scope::package);
  for (auto& line : report.energy)
    if (line.part == jobs::Part::above_idle) line.energy = hidden;
  EXPECT_NE(summary(report, {}).find("above idle 0.0 mJ (-4.2 to 4.2)"), std::string::npos) << summary(report, {});
}

TEST(Summary, ARunsTextCannotSteerTheTerminal) {
  EXPECT_EQ(summary(samples::hostile(), {}).find('\x1b'), std::string::npos);
  EXPECT_EQ(energy_table({samples::hostile()}, {}).find('\x1b'), std::string::npos);
}

TEST(Summary, StreamKeysAndPasswordsStayOutOfIt) {
  EXPECT_EQ(summary(samples::hostile(), {}).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace report
