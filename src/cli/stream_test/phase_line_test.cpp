#include "cli/stream_test/phase_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/text.h"

namespace cli::stream_test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

units::BootTime at(double seconds) { return units::BootTime::from_seconds(1000 + seconds); }
os::TerminalFacts pipe() { return {}; }
os::TerminalFacts terminal(int columns = 80) { return {.is_terminal = true, .columns = columns}; }

const std::optional<units::Measured<units::Watts>> kPower = units::Measured<units::Watts>::of(
    units::Watts(88.7), units::Watts(80), units::Watts(95), units::Quality::measured, "perf", units::Scope::package);

TEST(PhaseLine, IntoAPipeTellsTheStartEachTenthAndTheEnd) {
  std::ostringstream out;
  PhaseLine line(out, pipe(), PhaseLine::Show::phases);
  line.begin("stream", units::Seconds(100));
  for (int i = 0; i <= 200; ++i) line.update(at(i * 0.5), units::Seconds(i * 0.5), "30.0 fps", kPower);
  line.end("completed");
  const auto text = out.str();
  const auto lines = base::split(text, '\n');
  ASSERT_EQ(lines.size(), 1 + 9 + 1 + 1u) << out.str();
  EXPECT_EQ(lines[0], "stream: 1:40");
  EXPECT_EQ(lines[1], "stream         10 %  0:10 of 1:40  30.0 fps  88.7 W measured  ETA 1:30");
  EXPECT_EQ(lines[10], "stream: completed");
  EXPECT_THAT(out.str(), Not(HasSubstr("\r")));
  EXPECT_THAT(out.str(), Not(HasSubstr("\x1b")));
}

TEST(PhaseLine, OnATerminalRedrawsOneLineAtMostTwiceASecondAndClearsIt) {
  std::ostringstream out;
  PhaseLine line(out, terminal(), PhaseLine::Show::phases);
  line.begin("stream", units::Seconds(10));
  for (int i = 0; i < 100; ++i) line.update(at(i * 0.01), units::Seconds(1), "", std::nullopt);
  line.end("completed");
  const auto text = out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 0);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 1 + 2 + 1);
  EXPECT_THAT(text, EndsWith("\r\x1b[K"));
}

TEST(PhaseLine, IsNeverWiderThanTheTerminal) {
  for (const int columns : {20, 40, 80}) {
    std::ostringstream out;
    PhaseLine line(out, terminal(columns), PhaseLine::Show::phases);
    line.begin("stabilization", units::Seconds(10));
    line.update(at(0), units::Seconds(5), "über die Maßen viele Worte", kPower);
    const auto text = out.str();
    for (const auto part : base::split(text, '\r')) {
      const auto drawn = part.starts_with("\x1b[K") ? part.substr(3) : part;
      EXPECT_LT(base::columns(drawn), static_cast<std::size_t>(columns)) << drawn;
    }
  }
}

TEST(PhaseLine, ADumbTerminalGetsWholeLines) {
  std::ostringstream out;
  auto dumb = terminal();
  dumb.dumb = true;
  PhaseLine line(out, dumb, PhaseLine::Show::phases);
  line.begin("cooldown", units::Seconds(10));
  line.update(at(0), units::Seconds(5), "", std::nullopt);
  EXPECT_THAT(out.str(), Not(HasSubstr("\r")));
}

TEST(PhaseLine, PowerThatIsNotKnownIsNotTold) {
  std::ostringstream out;
  PhaseLine line(out, pipe(), PhaseLine::Show::phases);
  line.begin("stream", units::Seconds(10));
  line.update(at(0), units::Seconds(5), "", units::Measured<units::Watts>::unmeasurable(units::Scope::package, "no"));
  EXPECT_THAT(out.str(), Not(HasSubstr(" W")));
}

TEST(PhaseLine, QuietSaysNothing) {
  std::ostringstream out;
  PhaseLine line(out, pipe(), PhaseLine::Show::nothing);
  line.begin("stream", units::Seconds(10));
  line.update(at(0), units::Seconds(5), "", std::nullopt);
  line.end("completed");
  EXPECT_THAT(out.str(), IsEmpty());
}

TEST(PhaseLine, TimesReadAsOnAClock) {
  EXPECT_EQ(clock_text(units::Seconds(0)), "0:00");
  EXPECT_EQ(clock_text(units::Seconds(65.4)), "1:05");
  EXPECT_EQ(clock_text(units::Seconds(43209)), "12:00:09");
  EXPECT_EQ(clock_text(units::Seconds(-3)), "0:00");
}

}  // namespace
}  // namespace cli::stream_test
