#include <gmock/gmock.h>

#include "options/options_test.h"

namespace options {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Type = Option::Type;
using Words = std::vector<std::string>;

std::vector<Option> few_options() {
  return {{.flag = "name", .short_flag = 'n', .type = Type::text, .value_name = "NAME"},
          {.flag = "quiet", .short_flag = 'q', .type = Type::toggle},
          {.flag = "timeout", .type = Type::duration}};
}
Shape runner() { return {.program = "ffwatt run", .options = few_options(), .rest = Shape::Rest::command}; }
Shape shower() {
  return {.program = "ffwatt show",
          .options = few_options(),
          .arguments = {{.name = "RUN", .help = "id of a run"},
                        {.name = "OTHER", .help = "another", .count = Shape::Argument::Count::optional}}};
}

class CommandLine : public OptionsTest {
 protected:
  Values parsed(const Shape& shape, const Words& words) {
    auto result = parse(shape, {.words = words}, files());
    EXPECT_TRUE(result.ok()) << (result ? "" : result.error().text());
    return result ? std::move(result->values) : Values{};
  }
};

TEST_F(CommandLine, EverythingAfterTheDashesBelongsToTheCommandByteForByte) {
  const std::vector<Words> commands = {
      {"ffmpeg", "-y", "-i", "in.mp4", "-q", "--name=", "--help", "++", "--", "[a,b]", "", "-"},
      {"--name"},
      {"true"},
      {"x", "--y=\x01", "\x01\x01"},
  };
  for (const auto& command : commands) {
    Words words{"-q", "--name", "a", "--"};
    words.insert(words.end(), command.begin(), command.end());
    const auto values = parsed(runner(), words);
    EXPECT_EQ(values.command, command);
    EXPECT_TRUE(values.toggle("quiet"));
    EXPECT_EQ(values.text("name"), "a");
  }
}

TEST_F(CommandLine, TheFirstWordThatIsNoFlagBeginsTheCommandToo) {
  const auto values = parsed(runner(), {"--name", "a", "ffmpeg", "-i", "x", "--name=", "--", "-q"});
  EXPECT_THAT(values.command, ElementsAre("ffmpeg", "-i", "x", "--name=", "--", "-q"));
  EXPECT_FALSE(values.toggle("quiet"));
}

TEST_F(CommandLine, NoCommandIsAnEmptyCommand) {
  EXPECT_THAT(parsed(runner(), {"-q"}).command, IsEmpty());
  EXPECT_THAT(parsed(runner(), {"-q", "--"}).command, IsEmpty());
}

TEST_F(CommandLine, FlagsTakeTheirValueInEveryUsualSpelling) {
  for (const auto& words :
       std::vector<Words>{{"--name", "x"}, {"--name=x"}, {"-n", "x"}, {"-nx"}, {"-qnx"}, {"-qn", "x"}})
    EXPECT_EQ(parsed(shower(),
                     [&] {
                       Words all = words;
                       all.push_back("7f3k2");
                       return all;
                     }())
                  .text("name"),
              "x");
}

TEST_F(CommandLine, FlagsMayStandAfterArguments) {
  const auto values = parsed(shower(), {"7f3k2", "--name", "x", "other"});
  EXPECT_THAT(values.arguments, ElementsAre("7f3k2", "other"));
  EXPECT_EQ(values.text("name"), "x");
}

TEST_F(CommandLine, OfARepeatedFlagTheLastOneCounts) {
  EXPECT_EQ(parsed(shower(), {"r", "--name=a", "-n", "b"}).text("name"), "b");
  EXPECT_FALSE(parsed(shower(), {"r", "-q", "--no-quiet"}).toggle("quiet"));
}

TEST_F(CommandLine, ValuesThatLookStrangeStayWhatTheyAre) {
  for (const auto* text : {"", "[a,b]", "-5", "a=b", "++", "\x01", "%%", "/x:y"})
    EXPECT_EQ(parsed(shower(), {"r", std::string("--name=") + text}).text("name"), text);
}

struct WordRefused {
  Shape shape;
  Words words;
  std::string expected;
};

TEST_F(CommandLine, WhatIsNotUnderstoodIsRefusedWithAWayOn) {
  const std::vector<WordRefused> cases = {
      {shower(), {"r", "--nmae=x"}, "ffwatt show has no option '--nmae'. Did you mean '--name'?"},
      {shower(), {"r", "-z"}, "ffwatt show has no option '-z'."},
      {runner(), {"--nmae", "x", "--", "true"}, "Flags of the command itself come after '--'."},
      {runner(), {"-i", "in.mp4", "out.mp4"}, "ffwatt run has no option '-i'."},
      {shower(), {"r", "--name"}, "--name needs a value: --name NAME"},
      {shower(), {"r", "-n"}, "--name needs a value: --name NAME"},
      {shower(), {}, "ffwatt show needs RUN: id of a run. See 'ffwatt show --help'."},
      {shower(), {"a", "b", "c"}, "ffwatt show does not take 'c'."},
      {shower(), {"r", "--quiet=maybe"}, "--quiet: 'maybe' is neither true nor false"},
      {runner(), {"--timeout", "--", "true"}, "--timeout: '--' is not a duration"},
  };
  for (const auto& [shape, words, expected] : cases) {
    const auto result = parse(shape, {.words = words}, files());
    ASSERT_FALSE(result.ok()) << expected;
    EXPECT_THAT(result.error().text(), HasSubstr(expected));
    EXPECT_EQ(result.error().kind(), base::ErrorKind::invalid);
  }
}

TEST_F(CommandLine, HelpIsAnAnswerEvenWhereArgumentsAreMissing) {
  for (const auto& words : std::vector<Words>{{"--help"}, {"-h"}, {"-qh"}, {"--bogus", "--help"}})
    EXPECT_TRUE(parse(shower(), {.words = words}, files())->help.has_value());
  EXPECT_FALSE(parse(runner(), {.words = {"--", "ffmpeg", "--help"}}, files())->help.has_value());
}

TEST(Help, FitsTheWidthOfTheTerminalAndLeadsWithExamples) {
  Shape shape = runner();
  shape.description =
      "Measures one command and says how many joules, watts and seconds it took, and what that is made of.";
  shape.examples = {"ffwatt run -- ffmpeg -i in.mp4 out.mp4"};
  shape.options[0].help = "What to call the run in lists, reports and everywhere else where it is mentioned by people";
  shape.options[0].variable = "NAME";
  shape.options[2].standard = "90s";
  shape.options.push_back(
      {.flag = "a-flag-that-is-really-much-too-long", .type = Type::path, .help = "No room beside it"});
  const auto text = help(shape, 60);
  EXPECT_EQ(text,
            "ffwatt run: Measures one command and says how many joules,\n"
            "watts and seconds it took, and what that is made of.\n"
            "\n"
            "  ffwatt run -- ffmpeg -i in.mp4 out.mp4\n"
            "\n"
            "Usage: ffwatt run [OPTIONS] -- COMMAND...\n"
            "\n"
            "Options:\n"
            "  -n, --name NAME         What to call the run in lists,\n"
            "                          reports and everywhere else where\n"
            "                          it is mentioned by people [$NAME]\n"
            "  -q, --quiet\n"
            "      --timeout DURATION  [default 90s]\n"
            "      --a-flag-that-is-really-much-too-long FILE\n"
            "                          No room beside it\n"
            "  -h, --help              Show this help\n");
}

}  // namespace
}  // namespace options
