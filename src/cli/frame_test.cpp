#include "cli/frame.h"

#include <gmock/gmock.h>

#include <set>

#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/stage.h"

namespace cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Frame = Stage;

TEST_F(Frame, SaysItsVersion) {
  for (const auto* word : {"--version", "version"}) {
    EXPECT_EQ(ffwatt({word}), ok);
    EXPECT_THAT(out(), StartsWith("ffwatt "));
  }
}

TEST_F(Frame, WithoutWordsItExplainsItselfOnStderrAndCountsAsAUsageError) {
  EXPECT_EQ(ffwatt({}), usage);
  EXPECT_THAT(out(), IsEmpty());
  EXPECT_THAT(err(), HasSubstr("ffwatt run -- ffmpeg"));
}

TEST_F(Frame, HelpIsAnAnswerOnStdout) {
  const std::vector<std::vector<std::string>> ways = {{"help"}, {"--help"}, {"-h"}, {"--color", "never", "--help"}};
  for (const auto& words : ways) {
    EXPECT_EQ(ffwatt(words), ok);
    EXPECT_THAT(out(), HasSubstr("Commands:"));
    EXPECT_THAT(err(), IsEmpty());
  }
}

TEST_F(Frame, TheHelpOfACommandIsTheSameBothWays) {
  EXPECT_EQ(ffwatt({"help", "runs", "ls"}), ok);
  const auto text = out();
  EXPECT_THAT(text, StartsWith("ffwatt runs ls: "));
  EXPECT_EQ(ffwatt({"runs", "ls", "--help"}), ok);
  EXPECT_EQ(out(), text);
}

TEST_F(Frame, AGroupAloneListsWhatItCanDo) {
  EXPECT_EQ(ffwatt({"runs"}), usage);
  EXPECT_THAT(err(), HasSubstr("runs show"));
  for (const auto& words : std::vector<std::vector<std::string>>{{"help", "runs"}, {"runs", "--help"}}) {
    EXPECT_EQ(ffwatt(words), ok);
    EXPECT_THAT(out(), HasSubstr("runs show"));
  }
}

struct Unknown {
  std::vector<std::string> words;
  std::string expected;
};

TEST_F(Frame, WhatIsNotACommandIsRefusedWithTheNearestOne) {
  const std::vector<Unknown> cases = {
      {{"rnu", "--", "true"}, "ffwatt: unknown command 'rnu'. Did you mean 'run'"},
      {{"runs", "shwo"}, "ffwatt: 'shwo' is nothing that 'ffwatt runs' can do. Did you mean 'show'? It can: ls, show"},
      {{"help", "docter"}, "Did you mean 'doctor'?"},
      {{"--color", "never"}, "'--color' needs a command after it"},
      {{"--bogus", "runs", "ls"}, "ffwatt runs ls has no option '--bogus'."},
      {{"doctor", "now"}, "ffwatt doctor does not take 'now': it has no arguments."},
  };
  for (const auto& [words, expected] : cases) {
    EXPECT_EQ(ffwatt(words), usage) << expected;
    EXPECT_THAT(err(), HasSubstr(expected));
    EXPECT_THAT(out(), IsEmpty());
  }
}

TEST_F(Frame, CommonFlagsMayStandBeforeTheCommand) {
  EXPECT_EQ(ffwatt({"--color", "never", "runs", "ls"}), ok) << err();
  EXPECT_EQ(ffwatt({"--color=never", "runs", "ls"}), ok) << err();
  EXPECT_EQ(ffwatt({"--color", "sometimes", "runs", "ls"}), usage);
}

TEST_F(Frame, AFaultInTheConfigurationHasAnExitCodeOfItsOwn) {
  write("home/.config/ffwatt/config.toml", "[defaults]\ncolour = \"never\"\n");
  EXPECT_EQ(ffwatt({"runs", "ls"}), config_invalid);
  EXPECT_THAT(err(), HasSubstr("config.toml:2:10: unknown key 'defaults.colour'. Did you mean 'defaults.color'?"));
  EXPECT_EQ(ffwatt({"runs", "ls", "--bogus"}), usage);
}

TEST_F(Frame, AKeyOfAnyCommandMayStandInTheFileThatAllRead) {
  write("home/.config/ffwatt/config.toml", "[energy]\ncpu_tdp = 65\nrequire = \"estimated\"\n");
  EXPECT_EQ(ffwatt({"runs", "ls"}), ok) << err();
}

TEST(Commands, AreTwoWordsAtMostAndExplainThemselvesInOneSentence) {
  std::set<std::string> seen;
  for (const auto& command : commands()) {
    EXPECT_TRUE(seen.insert(std::string(command.words)).second) << command.words << " stands twice in commands.def";
    EXPECT_LE(base::words(command.words).size(), 2u) << command.words;
    EXPECT_FALSE(command.help.empty()) << command.words;
    EXPECT_FALSE(command.help.ends_with('.')) << command.words;
    const auto shape = full_shape(command);
    EXPECT_FALSE(shape.examples.empty()) << command.words << ": help leads with examples";
    for (const auto& example : shape.examples) {
      EXPECT_THAT(example, StartsWith("ffwatt ")) << command.words;
      EXPECT_LE(example.size(), 78u) << example << " does not fit 80 columns";
    }
    std::set<std::string> flags;
    for (const auto& option : shape.options) {
      EXPECT_TRUE(flags.insert(option.flag).second) << command.words << " has --" << option.flag << " twice";
      EXPECT_FALSE(option.help.empty()) << command.words << " --" << option.flag;
      EXPECT_FALSE(option.help.ends_with('.')) << command.words << " --" << option.flag;
    }
  }
}

TEST(Commands, EveryExampleIsAcceptedByItsOwnOptions) {
  os::RealHost host;
  for (const auto& command : commands()) {
    const auto shape = full_shape(command);
    for (const auto& example : shape.examples) {
      const auto parts = base::words(example);
      std::vector<std::string> words(parts.begin() + 1, parts.end());
      const auto found = find_command(words);
      if (found.command != &command) continue;  // an example of a neighbour
      words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(found.words));
      const auto parsed = options::parse(shape, {.words = words}, host.host().files);
      EXPECT_TRUE(parsed.ok()) << example << ": " << (parsed ? "" : parsed.error().text());
    }
  }
}

}  // namespace
}  // namespace cli
