#include "agent/settings.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "os_testing/temporary_folder.h"

namespace agent {
namespace {

using testing::HasSubstr;

class SettingsTest : public testing::Test {
 protected:
  base::Result<Settings> settings(std::vector<std::string> words,
                                  os::Environment environment = {{"HOME", "/home/ada"}}) {
    options::Inputs inputs;
    inputs.words = std::move(words);
    inputs.environment = environment;
    const auto parsed = options::parse(shape(), inputs, real.host().files);
    if (!parsed) return parsed.error();
    return settings_from(parsed->values, real.host(), environment, "1.2.3");
  }

  os_testing::TemporaryFolder folder;
  os::RealHost real;
};

TEST_F(SettingsTest, WithoutAnyWordAreThoseOfTheDocumentedCommand) {
  const auto s = settings({});
  ASSERT_TRUE(s) << s.error().text();
  EXPECT_EQ(s->master, "http://localhost:8080");
  EXPECT_EQ(s->slots, 1);
  EXPECT_EQ(s->name, "") << "the host's";
  EXPECT_EQ(s->key, "");
  EXPECT_EQ(s->version, "1.2.3");
  EXPECT_FALSE(s->run_one);
  EXPECT_TRUE(settings({"--register"})) << "what an agent does anyway may be said";
}

TEST_F(SettingsTest, TakeTheStateFolderFromTheFlagThenSystemdThenXdgThenHome) {
  struct Case {
    std::vector<std::string> words;
    os::Environment environment;
    const char* folder;
  };
  const os::Environment all{{"HOME", "/home/ada"}, {"XDG_STATE_HOME", "/xdg"}, {"STATE_DIRECTORY", "/var/lib/ffwatt"}};
  const Case cases[] = {
      {{"--state-dir", "/flag"}, all, "/flag"},
      {{}, all, "/var/lib/ffwatt"},
      {{}, {all[0], all[1]}, "/xdg/ffwatt/agent"},
      {{}, {all[0], {"XDG_STATE_HOME", ""}}, "/home/ada/.local/state/ffwatt/agent"},
  };
  for (const auto& c : cases) {
    const auto s = settings(c.words, c.environment);
    ASSERT_TRUE(s) << s.error().text();
    EXPECT_EQ(s->state_folder, c.folder);
    EXPECT_EQ(s->output_folder, os::Path(c.folder) / "outputs");
  }
}

TEST_F(SettingsTest, CountSlotsOfTheNodeAndOfItsDevices) {
  const auto s = settings({"--slots", "2,nvenc:8", "--slots", "qsv:3"});
  ASSERT_TRUE(s) << s.error().text();
  EXPECT_EQ(s->slots, 2);
  EXPECT_EQ(s->device_slots, (std::map<std::string, int>{{"nvenc", 8}, {"qsv", 3}}));
  EXPECT_EQ(s->runner_words[1], "2,nvenc:8,qsv:3") << "a runner reads the same words";
  EXPECT_EQ(settings({"--slots", "vaapi:4"})->slots, 1) << "of the node itself, as where nothing is said";
  const struct {
    const char *words, *why;
  } wrong[] = {{"two", "'two' is no number of slots"},
               {"nvenc:0", "write a number from 1 to 64"},
               {"nvec:2", "Did you mean 'nvenc'"},
               {"1,2", "'2' is a second number for the node itself"},
               {"nvenc:1,nvenc:2", "counts a device for the second time"}};
  for (const auto& c : wrong) {
    const auto refused = settings({"--slots", c.words});
    ASSERT_FALSE(refused) << c.words;
    EXPECT_THAT(refused.error().text(), HasSubstr(c.why));
    EXPECT_THAT(refused.error().text(), HasSubstr("--slots"));
  }
}

TEST_F(SettingsTest, TakeSlotsAndLabelsFromAFile) {
  const auto from_file = [&](const std::string& text) {
    options::Inputs inputs;
    inputs.files = {folder / "config.toml"};
    EXPECT_TRUE(real.host().files.write_durably(inputs.files[0], "[agent]\n" + text).ok());
    const auto parsed = options::parse(shape(), inputs, real.host().files);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text());
    return settings_from(parsed->values, real.host(), {{"HOME", "/home/ada"}}, "1.2.3");
  };
  EXPECT_EQ(from_file("slots = 3\n")->slots, 3);
  const auto s = from_file("slots = [2, \"nvenc:8\"]\nlabels = [\"rack=b7\", \"disk=fast\"]\n");
  ASSERT_TRUE(s) << s.error().text();
  EXPECT_EQ(s->slots, 2);
  EXPECT_EQ(s->device_slots.at("nvenc"), 8);
  EXPECT_EQ(s->labels, (std::map<std::string, std::string>{{"rack", "b7"}, {"disk", "fast"}}));
  EXPECT_EQ(from_file("slots = \"1,nvenc:2\"\n")->device_slots.at("nvenc"), 2);
}

TEST_F(SettingsTest, TakeLabelsAsTheyAre) {
  const auto s = settings({"--label", "rack=b7", "--label", "note=a,b=c", "--label", "empty="});
  ASSERT_TRUE(s) << s.error().text();
  EXPECT_EQ(s->labels, (std::map<std::string, std::string>{{"rack", "b7"}, {"note", "a,b=c"}, {"empty", ""}}));
  for (const char* wrong : {"rack", "=b7"})
    EXPECT_THAT(settings({"--label", wrong}).error().text(), HasSubstr("write NAME=VALUE, for example rack=b7"));
  EXPECT_THAT(settings({"--label", "rack=a", "--label", "rack=b"}).error().text(), HasSubstr("second value"));
  EXPECT_FALSE(settings({"--label", "rack=" + std::string(257, 'x')}));
}

TEST_F(SettingsTest, WithoutAnyPlaceForTheStateSayWhatToSet) {
  const auto refused = settings({}, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(refused.error().text(), HasSubstr("set --state-dir, STATE_DIRECTORY or HOME"));
  const auto runner = settings({"--run-one", "/state/jobs/a.1"}, {});
  ASSERT_TRUE(runner) << "a runner is told its folder";
  EXPECT_EQ(runner->run_one, os::Path("/state/jobs/a.1"));
}

TEST_F(SettingsTest, KnowAMasterByItsAuthorityOrByThatsFingerprint) {
  const std::string pin(64, 'a');
  const auto pinned = settings({"--ca-pin", "AA:" + std::string(62, 'A'), "--state-dir", "/state"});
  ASSERT_TRUE(pinned) << pinned.error().text();
  EXPECT_EQ(pinned->ca_pin, pin);
  EXPECT_EQ(pinned->ca_file, "/state/ca.pem");
  EXPECT_EQ(settings({"--ca", "/etc/ca.pem"})->ca_file, "/etc/ca.pem");
  for (const std::string& bad : {std::string("aa"), std::string(64, 'g'), pin + "a"})
    EXPECT_THAT(settings({"--ca-pin", bad}).error().text(), HasSubstr("64 hex digits"));
  EXPECT_THAT(settings({"--ca-pin", pin, "--ca", "/etc/ca.pem"}).error().text(), HasSubstr("leave out one"));
}

TEST_F(SettingsTest, MakePathsAbsoluteForTextsThatAreReadElsewhere) {
  const auto s = settings({"--state-dir", "near/./state", "--output-dir", "out"});
  ASSERT_TRUE(s) << s.error().text();
  EXPECT_EQ(s->state_folder, std::filesystem::current_path() / "near/state");
  EXPECT_EQ(s->output_folder, std::filesystem::current_path() / "out");
}

TEST_F(SettingsTest, ReadTheKeyWithoutItsLineEndAndNameTheFileThatIsNotThere) {
  const auto s = settings({"--key-file", folder.write("key", "0123456789abcdef\n").string()});
  ASSERT_TRUE(s) << s.error().text();
  EXPECT_EQ(s->key, "0123456789abcdef");
  const auto refused = settings({"--key-file", "nowhere/key"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().text(), HasSubstr((std::filesystem::current_path() / "nowhere/key").string()));
}

TEST_F(SettingsTest, RefuseSlotsThatNoMachineHas) {
  EXPECT_FALSE(settings({"--slots", "0"}));
  EXPECT_FALSE(settings({"--slots", ""}));
  EXPECT_FALSE(settings({"--slots", "65"}));
  EXPECT_EQ(settings({"--slots", "64"})->slots, 64);
}

TEST_F(SettingsTest, SayHowJobsAreContainedAndTellTheirRunners) {
  EXPECT_EQ(settings({})->sandbox, sandbox::Mode::best);
  EXPECT_EQ(settings({"--sandbox=strict"})->sandbox, sandbox::Mode::strict);
  EXPECT_EQ(settings({}, {{"HOME", "/h"}, {"FFWATT_SANDBOX", "off"}})->sandbox, sandbox::Mode::off);
  EXPECT_FALSE(settings({"--sandbox=none"}).ok());
  const auto s = settings({"--sandbox=strict", "--allow-destination", "nginx-rtmp:1935,10.1.0.0/16"});
  ASSERT_TRUE(s.ok());
  EXPECT_THAT(s->destinations.destinations(), testing::ElementsAre("nginx-rtmp:1935", "10.1.0.0/16"));
  EXPECT_THAT(s->runner_words, testing::Contains("--sandbox=strict"));
  EXPECT_THAT(s->runner_words, testing::Contains("--allow-destination=nginx-rtmp:1935,10.1.0.0/16"));
  EXPECT_THAT(settings({"--allow-destination", "a b"}).error().text(),
              HasSubstr("--allow-destination: 'a b' is no destination"));
}

TEST_F(SettingsTest, OfTheWorkingFolderMayNotOpenTheSandbox) {
  const auto from = [&](const os::Path& file, const std::string& text) {
    std::ofstream(file) << text;
    options::Inputs inputs;
    inputs.files = {file};
    const os::Environment environment{{"HOME", "/home/ada"}};
    const auto parsed = options::parse(shape(), inputs, real.host().files);
    return settings_from(parsed.value().values, real.host(), environment, "1");
  };
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  EXPECT_THAT(from("ffwatt.toml", "[agent]\nsandbox = \"off\"\n").error().text(),
              HasSubstr("may not switch the sandbox off"));
  EXPECT_THAT(from("ffwatt.toml", "[agent]\nallow_destinations = [\"10.0.0.0/8\"]\n").error().text(),
              HasSubstr("may not open this machine's network"));
  EXPECT_EQ(from("ffwatt.toml", "[agent]\nsandbox = \"strict\"\n")->sandbox, sandbox::Mode::strict);
  std::filesystem::current_path(before);
  EXPECT_EQ(from(folder / "config.toml", "[agent]\nsandbox = \"off\"\n")->sandbox, sandbox::Mode::off);
}

}  // namespace
}  // namespace agent
