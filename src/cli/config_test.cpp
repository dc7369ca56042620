// ffwatt config show, check and init.
#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/config_keys.h"
#include "cli/exit_code.h"
#include "cli/stage.h"
#include "json/json.h"

namespace cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Config : public Stage {
 protected:
  Config() {
    std::erase_if(environment_, [](const auto& variable) { return variable.first == "FFWATT_METER_SOCKET"; });
  }
  os::Path user_file() const { return "home/.config/ffwatt/config.toml"; }
};

TEST_F(Config, ShowsWhatIsSaidAndByWhom) {
  const auto file = write(user_file(), "[pricing]\nregion = \"DE\"\npue = 1.2\n");
  environment_.emplace_back("FFWATT_REGION", "FR");
  EXPECT_EQ(ffwatt({"config", "show"}), ok) << err();
  EXPECT_EQ(out(), "[pricing]\nregion = \"FR\"\npue = 1.2\n");
  EXPECT_EQ(ffwatt({"config", "show", "--origin"}), ok);
  EXPECT_THAT(out(), AllOf(HasSubstr("FFWATT_REGION"), HasSubstr("config.toml:3:"), Not(HasSubstr("default"))));
  EXPECT_EQ(ffwatt({"config", "show", "--json"}), ok);
  const auto document = json::parse(out());
  bool seen = false;
  for (const auto& key : document->at("keys").items())
    if (key.at("key").as_string() == "pricing.region")
      seen = key.at("value").as_string() == "FR" && key.at("origin").as_string() == "environment";
  EXPECT_TRUE(seen) << out();
}

TEST_F(Config, WhatItShowsSaysTheSameAgain) {
  write(user_file(), "[agent]\nlabels = [\"note=a \\\"b\\\" \\\\ c\", \"rack=b7\"]\nslots = [\"2\"]\n");
  ASSERT_EQ(ffwatt({"config", "show", "--all"}), ok) << err();
  const auto all = out();
  EXPECT_THAT(all, HasSubstr(R"(labels = ["note=a \"b\" \\ c", "rack=b7"])"));
  write(user_file(), all);
  ASSERT_EQ(ffwatt({"config", "show", "--all"}), ok) << err();
  EXPECT_EQ(out(), all);
}

TEST_F(Config, NothingIsConfiguredAndNoMistake) {
  EXPECT_EQ(ffwatt({"config", "show"}), ok);
  EXPECT_EQ(out(), "");
  EXPECT_THAT(err(), HasSubstr("Nothing is configured"));
  EXPECT_EQ(ffwatt({"config", "check"}), ok);
  EXPECT_THAT(out(), AllOf(HasSubstr("no mistake"), HasSubstr("home/.config/ffwatt/config.toml")));
}

TEST_F(Config, CheckNamesEveryMistakeWithItsPlace) {
  const auto file = write("bad.toml", "[pricing]\nregoin = \"DE\"\npue = \"much\"\n");
  EXPECT_EQ(ffwatt({"config", "check", file.string()}), config_invalid);
  EXPECT_THAT(err(),
              AllOf(HasSubstr("bad.toml:2:"), HasSubstr("Did you mean 'pricing.region'"), HasSubstr("bad.toml:3:")));
  const auto senseless = write("senseless.toml", "[pricing]\npue = 0.5\n");
  EXPECT_EQ(ffwatt({"config", "check", senseless.string()}), config_invalid);
  EXPECT_THAT(err(), AllOf(HasSubstr("senseless.toml:2:"), HasSubstr("power usage effectiveness")));
  EXPECT_EQ(ffwatt({"config", "check", (folder_ / "none.toml").string()}), config_invalid);
  EXPECT_THAT(err(), HasSubstr("none.toml"));
  for (const auto& text : {"\xef\xbb\xbf[pricing]\n\tregion = \"DE\"\n", "[pricing]\n\tpue = 1.5\n"}) {
    const auto good = write("good.toml", text);
    EXPECT_EQ(ffwatt({"config", "check", good.string()}), ok) << err();
  }
  const auto latin = write("latin.toml", "[agent]\nname = \"M\xfcnchen\"\n");
  EXPECT_EQ(ffwatt({"config", "check", latin.string()}), config_invalid);
  EXPECT_THAT(err(), HasSubstr("latin.toml:2"));
}

TEST_F(Config, InitWritesAFileThatSaysNothingYetAndKnowsEveryKey) {
  ASSERT_EQ(ffwatt({"config", "init"}), ok) << err();
  const auto text = files().read(folder_ / user_file());
  ASSERT_TRUE(text);
  for (const auto& option : keyed_options())
    EXPECT_THAT(*text, HasSubstr("\n# " + option.key.substr(option.key.rfind('.') + 1) + " = ")) << option.key;
  EXPECT_EQ(ffwatt({"config", "check"}), ok) << err();
  EXPECT_EQ(ffwatt({"config", "show"}), ok);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(ffwatt({"config", "init"}), failed);
  EXPECT_THAT(err(), HasSubstr("is there already"));
  EXPECT_EQ(ffwatt({"config", "init", "--out", "-"}), ok);
  EXPECT_EQ(out(), *text);
}

TEST_F(Config, EveryExampleOfTheNewFileIsAValueThatItsKeyTakes) {
  ASSERT_EQ(ffwatt({"config", "init", "--out", "-"}), ok);
  std::string text;
  const auto all = out();
  for (const auto line : base::split(all, '\n')) {
    const bool key = line.starts_with("# ") && line.find(" = ") != line.npos && !line.ends_with(" = ");
    const auto name = key ? line.substr(2, line.find(' ', 2) - 2) : line;
    if (key && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == name.npos)
      text += std::string(line.substr(2)) + "\n";
    else if (line.starts_with("["))
      text += std::string(line) + "\n";
  }
  const auto file = write("all.toml", text);
  EXPECT_EQ(options::check_files(keyed_shape(), usual_inputs({}, file), files()).ok(), true) << text;
}

}  // namespace
}  // namespace cli
