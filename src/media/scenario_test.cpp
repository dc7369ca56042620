#include "media/scenario.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "media/encoder_table.h"
#include "media/scenario_files.h"
#include "media/test_world.h"

namespace media {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view good = "description = \"A test.\"\ncodec = \"h264\"\ncrf = 23\n";

TEST(BuiltInScenarios, AllReadWithoutAFault) {
  for (const auto& file : built_in_scenario_files()) {
    const auto scenario = parse_scenario(file.text, file.name);
    EXPECT_TRUE(scenario) << scenario.error().text();
  }
}

TEST(BuiltInScenarios, AreTheFilesOfTheFolder) {
  std::set<std::string> embedded, on_disk;
  for (const auto& file : built_in_scenario_files()) {
    embedded.emplace(file.name);
    std::ifstream in(std::filesystem::path(FFWATT_SOURCE_DIR) / "scenarios" / file.name, std::ios::binary);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), file.text) << file.name;
  }
  for (const auto& entry : std::filesystem::directory_iterator(FFWATT_SOURCE_DIR "/scenarios"))
    if (entry.path().extension() == ".toml") on_disk.insert(entry.path().filename());
  EXPECT_EQ(embedded, on_disk);
}

// The name is a promise: 4K60-h265 once gave 720p30 in h264 in a system of this kind, and nobody noticed.
TEST(BuiltInScenarios, AreWhatTheirNamesSay) {
  const auto scenarios = Scenarios::built_in();
  const std::vector<std::pair<std::string, units::PictureSize>> sizes{{"480p", {854, 480}},
                                                                      {"720p", {1280, 720}},
                                                                      {"1080p", {1920, 1080}},
                                                                      {"1440p", {2560, 1440}},
                                                                      {"4K", {3840, 2160}}};
  std::size_t expected = 0;
  for (const auto& [label, size] : sizes)
    for (const int rate : {30, 60})
      for (const auto codec : {Codec::h264, Codec::h265, Codec::vp9, Codec::av1})
        for (const auto mode : {OutputMode::file, OutputMode::rtmp}) {
          if (mode == OutputMode::rtmp && codec != Codec::h264) continue;
          ++expected;
          const std::string name = label + std::to_string(rate) + "-" + std::string(media::name(codec)) +
                                   (mode == OutputMode::rtmp ? "-rtmp" : "");
          const auto found = scenarios.find(name);
          ASSERT_TRUE(found) << found.error().text();
          EXPECT_EQ(found->name, name);
          EXPECT_EQ(found->defaults.scenario, name);
          EXPECT_EQ(found->defaults.size, size) << name;
          EXPECT_EQ(found->defaults.rate, units::Hertz(rate)) << name;
          EXPECT_EQ(found->defaults.codec, codec) << name;
          EXPECT_EQ(found->defaults.output_mode, mode) << name;
          EXPECT_EQ(found->defaults.duration, units::Seconds(60)) << name;
          EXPECT_EQ(found->defaults.audio, mode == OutputMode::rtmp ? Audio::aac : Audio::none) << name;
        }
  EXPECT_EQ(scenarios.all().size(), expected);
}

TEST(BuiltInScenarios, CanBeRunAsTheyStandAndDescribeThemselves) {
  std::set<std::string> descriptions;
  const auto scenarios = Scenarios::built_in();
  for (const auto& scenario : scenarios.all()) {
    EXPECT_THAT(check(scenario.defaults), IsEmpty()) << scenario.name;
    EXPECT_EQ(scenario.description.back(), '.') << scenario.name;
    EXPECT_TRUE(descriptions.insert(scenario.description).second) << scenario.name << " is described as another is";
    EXPECT_TRUE(scenario.defaults.input == std::nullopt && scenario.defaults.output.empty() &&
                scenario.defaults.rtmp_url.empty() && scenario.defaults.encoder.empty());
  }
}

TEST(BuiltInScenarios, TakeLessBitrateWithANewerCodecAndMoreWithMorePixels) {
  const auto scenarios = Scenarios::built_in();
  const auto bitrate = [&](const std::string& name) { return scenarios.find(name)->defaults.bitrate->value(); };
  for (const std::string size : {"480p", "720p", "1080p", "1440p", "4K"}) {
    for (const std::string rate : {"30", "60"}) {
      EXPECT_LT(bitrate(size + rate + "-av1"), bitrate(size + rate + "-h265"));
      EXPECT_LE(bitrate(size + rate + "-h265"), bitrate(size + rate + "-vp9"));
      EXPECT_LT(bitrate(size + rate + "-vp9"), bitrate(size + rate + "-h264"));
    }
    EXPECT_LT(bitrate(size + "30-h264"), bitrate(size + "60-h264"));
  }
}

TEST(Scenarios, AreListedFromSmallPicturesToLargeOnes) {
  const auto scenarios = Scenarios::built_in();
  EXPECT_EQ(scenarios.all().front().name, "480p30-av1");
  EXPECT_EQ(scenarios.all().back().name, "4K60-vp9");
}

TEST(Scenarios, AreFoundInAnyCaseAndWithoutTheRate) {
  const auto scenarios = Scenarios::built_in();
  for (const auto& [given, expected] :
       std::vector<std::pair<std::string, std::string>>{{"720p-h264", "720p30-h264"},
                                                        {"4k-av1", "4K30-av1"},
                                                        {"4k60-AV1", "4K60-av1"},
                                                        {"4K-h264-rtmp", "4K30-h264-rtmp"},
                                                        {"1080P60-H265", "1080p60-h265"}}) {
    const auto found = scenarios.find(given);
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_EQ(found->name, expected);
  }
}

TEST(Scenarios, ThatAreUnknownAreRefusedWithTheNearestOnes) {
  const auto scenarios = Scenarios::built_in();
  EXPECT_THAT(scenarios.find("1080p30-h246").error().text(), HasSubstr("Did you mean '1080p30-h264'"));
  EXPECT_THAT(scenarios.find("4k60-hevc").error().text(), HasSubstr("'4K60-"));
  EXPECT_THAT(scenarios.find("").error().text(), HasSubstr("there is no scenario ''; names look like"));
  EXPECT_EQ(scenarios.find(std::string(100'000, 'x')).error().kind(), base::ErrorKind::invalid);
  EXPECT_EQ(scenarios.find("../../etc/passwd").error().kind(), base::ErrorKind::invalid);
}

TEST(ParseScenario, ReadsEveryParameter) {
  const auto scenario = parse_scenario(
      "description = \"All.\"\ncodec = \"av1\"\nencoder = \"libsvtav1\"\npreset = 6\nbitrate = \"2M\"\ncrf = 30\n"
      "resolution = \"640x360\"\nfps = 29.97\nduration = 90\npixel_format = \"yuv420p10le\"\ngop = 48\nthreads = 2\n"
      "audio = \"aac\"\noutput_mode = \"null\"\n",
      "/etc/ffwatt/scenarios/my_own.toml");
  ASSERT_TRUE(scenario) << scenario.error().text();
  const TranscodeSpec& spec = scenario->defaults;
  EXPECT_EQ(scenario->name, "my_own");
  EXPECT_EQ(spec.encoder, "libsvtav1");
  EXPECT_EQ(spec.preset, "6");
  EXPECT_EQ(spec.bitrate, units::BitsPerSecond(2e6));
  EXPECT_EQ(spec.crf, 30);
  EXPECT_EQ(spec.size, (units::PictureSize{640, 360}));
  EXPECT_EQ(spec.rate, units::Hertz(29.97));
  EXPECT_EQ(spec.duration, units::Seconds(90));
  EXPECT_EQ(spec.pixel_format, "yuv420p10le");
  EXPECT_EQ(spec.gop, 48);
  EXPECT_EQ(spec.threads, 2);
  EXPECT_EQ(spec.audio, Audio::aac);
  EXPECT_EQ(spec.output_mode, OutputMode::null);
}

TEST(ParseScenario, MayLeaveTheSourceToTheInput) { EXPECT_TRUE(parse_scenario(good, "a.toml")); }

TEST(ParseScenario, TellsEveryFaultWithItsPlace) {
  const auto scenario = parse_scenario(
      "description = \"A.\"\ncodec = \"h256\"\ncrf = 99\nresolutoin = \"1x1\"\nfps = \"fast\"\n", "a.toml");
  ASSERT_FALSE(scenario);
  const auto& text = scenario.error().text();
  EXPECT_EQ(scenario.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(text, HasSubstr("a.toml:2:"));
  EXPECT_THAT(text, HasSubstr("Did you mean 'h264'"));
  EXPECT_THAT(text, HasSubstr("a.toml:3:"));
  EXPECT_THAT(text, HasSubstr("a.toml:4:"));
  EXPECT_THAT(text, HasSubstr("Did you mean 'resolution'?"));
  EXPECT_THAT(text, HasSubstr("a.toml:5:"));
}

TEST(ParseScenario, RefusesWhatDoesNotFitTogether) {
  const auto refused = [](std::string more) {
    const auto scenario = parse_scenario(std::string(good) + more, "a.toml");
    return scenario ? "accepted" : scenario.error().text();
  };
  EXPECT_THAT(refused("output_mode = \"rtmp\"\n"), HasSubstr("a stream needs a bitrate"));
  EXPECT_THAT(refused("preset = \"p9\"\n"), HasSubstr("a.toml:4:"));
  EXPECT_THAT(refused("input = \"/etc/passwd\"\n"), HasSubstr("unknown"));
  EXPECT_THAT(refused("codec = \"av1\"\n"), HasSubstr("a.toml:4:"));
}

TEST(ParseScenario, RefusesNamesAndTextsThatAreNone) {
  for (const auto& file :
       std::vector<std::string>{".toml", "a b.toml", "-a.toml", "ä.toml", "a;b.toml", std::string(65, 'a') + ".toml"})
    EXPECT_EQ(parse_scenario(good, file).error().kind(), base::ErrorKind::invalid) << file;
  EXPECT_FALSE(parse_scenario("", "a.toml"));
  EXPECT_FALSE(parse_scenario("[[[", "a.toml"));
  EXPECT_FALSE(parse_scenario("codec = \"h264\"\ncrf = 20", "a.toml")) << "a description is required";
  EXPECT_THAT(parse_scenario("description = \"A.\"\ncrf = 20", "a.toml").error().text(), HasSubstr("codec"));
}

TEST(AddFolder, ReplacesScenariosOfTheSameNameAndIgnoresOtherFiles) {
  TestWorld world;
  world.write("1080P30-H264.toml", good);
  world.write("mine.toml", good);
  world.write("notes.txt", "[[[");
  auto scenarios = Scenarios::built_in();
  const auto before = scenarios.all().size();
  const auto added = scenarios.add_folder(world.host().files, world.folder());
  ASSERT_TRUE(added) << added.error().text();
  EXPECT_EQ(scenarios.all().size(), before + 1);
  EXPECT_EQ(scenarios.find("1080p30-h264")->description, "A test.");
  EXPECT_TRUE(scenarios.find("mine"));
}

TEST(AddFolder, AddsNothingAndTellsEveryFaultWhereOneFileIsWrong) {
  TestWorld world;
  world.write("a.toml", good);
  world.write("b.toml", "codec = 1");
  world.write("c.toml", "=");
  world.write("d.toml", std::string(100'000, '#'));
  Scenarios scenarios;
  const auto added = scenarios.add_folder(world.host().files, world.folder());
  ASSERT_FALSE(added);
  for (const auto* file : {"b.toml", "c.toml", "d.toml"}) EXPECT_THAT(added.error().text(), HasSubstr(file));
  EXPECT_THAT(scenarios.all(), IsEmpty());
}

TEST(AddFolder, SaysThatAFolderIsNotThere) {
  TestWorld world;
  Scenarios scenarios;
  const auto added = scenarios.add_folder(world.host().files, world.folder() / "none");
  EXPECT_EQ(added.error().kind(), base::ErrorKind::absent);
  EXPECT_THAT(added.error().text(), HasSubstr("folder of scenarios"));
}

}  // namespace
}  // namespace media
