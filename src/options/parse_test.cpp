#include <gmock/gmock.h>

#include "base/format.h"
#include "options/options_test.h"

namespace options {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Type = Option::Type;

// One option of every type, each settable from everywhere.
Shape everything() {
  Shape shape{.program = "ffwatt try", .description = "Takes one of everything."};
  const auto add = [&](std::string flag, Type type) -> Option& {
    shape.options.push_back({.flag = flag, .key = "try." + flag, .variable = "TRY_" + flag, .type = type});
    return shape.options.back();
  };
  add("text", Type::text).standard = "from-default";
  add("integer", Type::integer).least = 1;
  add("number", Type::number);
  add("duration", Type::duration);
  add("bitrate", Type::bitrate);
  add("bytes", Type::bytes);
  add("ratio", Type::ratio);
  add("size", Type::picture_size);
  add("path", Type::path);
  add("toggle", Type::toggle);
  add("list", Type::list);
  add("choice", Type::text).choices = {"auto", "always", "never"};
  shape.options.push_back({.flag = "config", .type = Type::path});
  return shape;
}

class Parse : public OptionsTest {
 protected:
  Values parsed(const Inputs& inputs) {
    auto result = parse(everything(), inputs, files());
    EXPECT_TRUE(result.ok()) << (result ? "" : result.error().text());
    return result ? std::move(result->values) : Values{};
  }
};

struct Same {
  std::string flag, toml, text;
};
const std::vector<Same> same = {
    {"text", "\"a b\"", "a b"},
    {"integer", "42", "42"},
    {"number", "6.5", "6.5"},
    {"duration", "\"1m30s\"", "1m30s"},
    {"duration", "0.25", "0.25"},
    {"bitrate", "\"5M\"", "5M"},
    {"bytes", "\"16KiB\"", "16KiB"},
    {"ratio", "0.0000002", "0.0000002"},
    {"size", "\"1920x1080\"", "1920x1080"},
    {"path", "\"/tmp/x\"", "/tmp/x"},
    {"toggle", "true", "true"},
    {"list", "[\"a\", \"b\"]", "a,b"},
    {"choice", "\"never\"", "never"},
};

TEST_F(Parse, AValueMeansTheSameFromAFileTheEnvironmentAndAFlag) {
  for (const auto& [flag, toml, text] : same) {
    SCOPED_TRACE(flag + " = " + toml);
    const auto file = write("same.toml", base::format("[try]\n{} = {}\n", flag, toml));
    const auto from_file = parsed({.files = {file}});
    const auto from_environment = parsed({.environment = {{"TRY_" + flag, text}}});
    const auto from_flag = parsed({.words = {"--" + flag + "=" + text}});
    EXPECT_EQ(from_file.text(flag), text);
    EXPECT_EQ(from_environment.text(flag), text);
    EXPECT_EQ(from_flag.text(flag), text);
    EXPECT_EQ(from_file.list(flag), from_flag.list(flag));
    EXPECT_EQ(from_environment.list(flag), from_flag.list(flag));
    EXPECT_EQ(from_file.origin(flag), Origin::file);
    EXPECT_EQ(from_environment.origin(flag), Origin::environment);
    EXPECT_EQ(from_flag.origin(flag), Origin::flag);
    EXPECT_EQ(from_file.where(flag), file.string() + ":2:" + std::to_string(flag.size() + 4));
    EXPECT_EQ(from_environment.where(flag), "TRY_" + flag);
    EXPECT_EQ(from_flag.where(flag), "--" + flag);
  }
}

TEST_F(Parse, TheStrongestOriginWinsForEveryCombinationOfOrigins) {
  // Weakest first; bit i of the mask says whether origin i gives a value.
  const std::vector<std::string> origins{"system-file", "user-file", "environment", "flag"};
  for (unsigned mask = 0; mask < 16; ++mask) {
    Inputs inputs;
    std::string expected = "from-default";
    for (unsigned i = 0; i < origins.size(); ++i) {
      const bool given = mask & (1u << i);
      if (given) expected = origins[i];
      if (i < 2) {
        inputs.files.push_back(
            write(origins[i] + ".toml", given ? base::format("[try]\ntext = \"{}\"\n", origins[i]) : "# nothing\n"));
      } else if (given && i == 2) {
        inputs.environment = {{"TRY_text", origins[i]}};
      } else if (given) {
        inputs.words = {"--text", origins[i]};
      }
    }
    EXPECT_EQ(parsed(inputs).text("text"), expected) << "mask " << mask;
  }
}

TEST_F(Parse, TypedValuesKeepTheirUnits) {
  const auto values = parsed({.words = {"--bitrate=5M", "--duration=1m30s", "--bytes=16KiB", "--ratio=2%",
                                        "--size=64x48", "--integer=7", "--number=6.5"}});
  EXPECT_EQ(values.bitrate("bitrate").value(), 5e6);
  EXPECT_EQ(values.duration("duration").value(), 90);
  EXPECT_EQ(values.bytes("bytes").value(), 16384);
  EXPECT_DOUBLE_EQ(values.ratio("ratio").value(), 0.02);
  EXPECT_EQ(values.picture_size("size"), (units::PictureSize{64, 48}));
  EXPECT_EQ(values.integer("integer"), 7);
  EXPECT_EQ(values.number("number"), 6.5);
}

TEST_F(Parse, WhatNobodySetIsNotThere) {
  const auto values = parsed({});
  EXPECT_FALSE(values.has("integer"));
  EXPECT_FALSE(values.toggle("toggle"));
  EXPECT_TRUE(values.list("list").empty());
  EXPECT_EQ(values.text("text"), "from-default");
  EXPECT_EQ(values.where("text"), "default");
}

TEST_F(Parse, AnEmptyVariableCountsAsNotSet) {
  EXPECT_FALSE(parsed({.environment = {{"TRY_integer", ""}}}).has("integer"));
}

TEST_F(Parse, ATextOfTheEnvironmentMaySwitchAToggleInSeveralWords) {
  for (const auto* yes : {"1", "true", "YES", "on"})
    EXPECT_TRUE(parsed({.environment = {{"TRY_toggle", yes}}}).toggle("toggle")) << yes;
  for (const auto* no : {"0", "false", "no", "OFF"})
    EXPECT_FALSE(parsed({.environment = {{"TRY_toggle", no}}}).toggle("toggle")) << no;
}

TEST_F(Parse, ANegatedFlagBeatsTheFile) {
  const auto file = write("on.toml", "[try]\ntoggle = true\n");
  EXPECT_TRUE(parsed({.files = {file}}).toggle("toggle"));
  EXPECT_FALSE(parsed({.words = {"--no-toggle"}, .files = {file}}).toggle("toggle"));
}

TEST_F(Parse, AListMayBeSplitByCommasOrRepeated) {
  EXPECT_THAT(parsed({.words = {"--list=a,b", "--list", "c"}}).list("list"), ElementsAre("a", "b", "c"));
}

TEST_F(Parse, AListOfLinesKeepsCommasInItsItems) {
  Shape shape{.program = "p"};
  shape.options.push_back({.flag = "tag", .variable = "TAGS", .type = Type::list, .items = Option::Items::lines});
  const auto flag = parse(shape, {.words = {"--tag", "note=a,b", "--tag=x=y"}}, files());
  EXPECT_THAT(flag->values.list("tag"), ElementsAre("note=a,b", "x=y"));
  const auto variable = parse(shape, {.environment = {{"TAGS", "note=a,b\nx=y\n"}}}, files());
  EXPECT_THAT(variable->values.list("tag"), ElementsAre("note=a,b", "x=y"));
}

TEST_F(Parse, TheConfigFlagNamesTheOnlyFileThatIsRead) {
  const auto usual = write("usual.toml", "[try]\ntext = \"usual\"\ninteger = 3\n");
  const auto named = write("named.toml", "[try]\ntext = \"named\"\n");
  const auto values = parsed({.words = {"--config", named.string()}, .files = {usual}});
  EXPECT_EQ(values.text("text"), "named");
  EXPECT_FALSE(values.has("integer"));
}

TEST_F(Parse, ANamedFileThatIsNotThereIsAnErrorAndAnOrdinaryOneIsNot) {
  EXPECT_EQ(parsed({.files = {folder_ / "none.toml", "/dev/null/none.toml"}}).text("text"), "from-default");
  EXPECT_THAT(error(everything(), {.words = {"--config", "/nowhere/x.toml"}}), HasSubstr("/nowhere/x.toml"));
}

struct Refused {
  std::string what;
  std::vector<std::string> words;
  os::Environment environment;
  std::string expected;
};

TEST_F(Parse, AWrongValueIsRefusedWithItsOrigin) {
  const std::vector<Refused> cases = {
      {"flag", {"--bitrate=fast"}, {}, "--bitrate: 'fast' is not a bitrate; write 5000k"},
      {"variable", {}, {{"TRY_duration", "soon"}}, "TRY_duration: 'soon' is not a duration"},
      {"choice", {"--choice=nevr"}, {}, "--choice: 'nevr' is not one of auto, always, never. Did you mean 'never'?"},
      {"range", {"--integer=0"}, {}, "--integer: 0 is less than 1"},
      {"toggle", {}, {{"TRY_toggle", "maybe"}}, "TRY_toggle: 'maybe' is neither true nor false"},
      {"whole", {"--integer=4.5"}, {}, "--integer: '4.5' is not a whole number"},
      {"number", {"--number=nan"}, {}, "--number: 'nan' is not a number"},
      {"empty path", {"--path="}, {}, "--path: an empty path names no file"},
      {"size", {"--size=1920"}, {}, "--size: '1920' is not a picture size"},
  };
  for (const auto& [what, words, environment, expected] : cases)
    EXPECT_THAT(error(everything(), {.words = words, .environment = environment}), HasSubstr(expected)) << what;
}

TEST_F(Parse, AWrongValueThatIsOverruledByAStrongerOneIsStillAnErrorOfItsFile) {
  const auto file = write("wrong.toml", "[try]\ninteger = \"many\"\n");
  const Inputs inputs{.words = {"--integer=3"}, .files = {file}};
  EXPECT_EQ(error(everything(), inputs), file.string() + ":2:11: try.integer: must be a whole number, is a string");
  EXPECT_FALSE(check_files(everything(), inputs, files()).ok());
}

TEST_F(Parse, CheckFilesAcceptsWhatOnlyTheCommandLineGotWrong) {
  const auto file = write("right.toml", "[try]\ninteger = 3\n");
  EXPECT_TRUE(check_files(everything(), {.words = {"--integer=no"}, .files = {file}}, files()).ok());
}

struct Faulty {
  std::string toml, expected;
};

TEST_F(Parse, AFaultInAFileIsToldWithLineColumnAndTheNearestKey) {
  const std::vector<Faulty> cases = {
      {"[try]\nbitrat = \"5M\"\n", ":2:10: unknown key 'try.bitrat'. Did you mean 'try.bitrate'?"},
      {"[tri]\ntext = \"\"\n", ":1:1: unknown key 'tri'."},
      {"try = 3\n", ":1:7: 'try' is a table: write [try] above its keys"},
      {"[try.text]\nx = 1\n", ": try.text: must be a string, is a table"},
      {"[try]\ntoggle = 1\n", ":2:10: try.toggle: must be true or false, is a whole number"},
      {"[try]\nlist = [true]\n",
       ":2:8: try.list: must be an array of strings or whole numbers, or one of them, is an array with a boolean in "
       "it"},
      {"[try]\nchoice = \"sometimes\"\n", ":2:10: try.choice: 'sometimes' is not one of auto, always, never."},
      {"[try]\ntext = 1979-05-27\n", ":2:8: dates and times are not taken"},
      {"[try\n", ":1:"},
  };
  for (const auto& [toml, expected] : cases) {
    const auto file = write("faulty.toml", toml);
    EXPECT_THAT(error(everything(), {.files = {file}}), HasSubstr(file.string() + expected.substr(0, 1))) << toml;
    EXPECT_THAT(error(everything(), {.files = {file}}), HasSubstr(expected)) << toml;
  }
}

TEST_F(Parse, EveryFaultOfAFileIsToldAtOnce) {
  const auto file = write("three.toml", "[try]\nbitrat = 1\ninteger = 0\ntoggle = \"yes\"\n");
  const auto text = error(everything(), {.files = {file}});
  for (const auto* part : {":2:", ":3:", ":4:"}) EXPECT_THAT(text, HasSubstr(part));
}

TEST_F(Parse, KeysOfOtherCommandsAreKnownButNotLookedAt) {
  const auto file = write("other.toml", "[master]\nport = \"anything\"\n");
  EXPECT_THAT(error(everything(), {.files = {file}}), HasSubstr("unknown key 'master'"));
  EXPECT_EQ(error(everything(), {.files = {file}, .known_keys = {"master.port"}}), "no error");
}

}  // namespace
}  // namespace options
