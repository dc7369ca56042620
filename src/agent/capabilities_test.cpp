// What a node says of itself. ffmpeg is a script here: how encoders are really tried is media's to test.
#include "agent/capabilities.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "agent/spool_for_tests.h"
#include "os/machine.h"

namespace agent {
namespace {

using testing::HasSubstr;
using Works = media::EncoderState::Works;

class CapabilitiesTest : public testing::Test {
 protected:
  // Lists libx264 and encodes whatever it is told to; each encode leaves a line in `encodes`.
  void install_ffmpeg(const std::string& version) {
    const auto script = "#!/bin/sh\ncase \"$*\" in\n*-version*) echo ffmpeg version " + version +
                        " Copyright;;\n*-encoders*) printf ' V....D libx264   H.264\\n';;\n*) printf "
                        "'frame=3\\nprogress=end\\n'; echo x >> " +
                        (folder / "encodes").string() + ";;\nesac\n";
    for (const char* name : {"bin/ffmpeg", "bin/ffprobe"})
      std::filesystem::permissions(folder.write(name, script), std::filesystem::perms::owner_all);
  }
  jobs::NodeFacts facts() {
    return capabilities(world.host, {{"PATH", (folder / "bin").string() + ":/usr/bin:/bin"}}, settings);
  }
  jobs::NodeFacts facts_without_ffmpeg() { return capabilities(world.host, {{"PATH", "/nowhere"}}, settings); }
  std::size_t encodes() { return folder.read("encodes").size() / 2; }
  static const media::EncoderState& x264(const jobs::NodeFacts& facts) {
    return *std::find_if(facts.encoders.begin(), facts.encoders.end(),
                         [](const auto& encoder) { return encoder.name == "libx264"; });
  }

  os_testing::TemporaryFolder folder;
  TestHost world;
  CapabilitySettings settings{"", 3, "1.2.3", folder / "encoders.json"};
};

TEST_F(CapabilitiesTest, OfANodeWithoutFfmpegAreNoEncoderAndTheReason) {
  const auto found = facts_without_ffmpeg();
  EXPECT_EQ(found.ffmpeg_version, "");
  ASSERT_FALSE(found.encoders.empty());
  for (const auto& encoder : found.encoders) {
    EXPECT_EQ(encoder.works, Works::no);
    EXPECT_THAT(encoder.reason, HasSubstr("apt install ffmpeg")) << encoder.name;
  }
  EXPECT_FALSE(world.host.files.exists(settings.cache)) << "it may be installed any moment";
}

TEST_F(CapabilitiesTest, CarryTheHostsNameUnlessAnotherIsGiven) {
  EXPECT_EQ(facts_without_ffmpeg().name, os::machine_facts(world.host.files, world.host.root)->host_name);
  settings.name = "rack-7";
  settings.device_slots = {{"nvenc", 8}};
  settings.labels = {{"rack", "b7"}};
  const auto found = facts_without_ffmpeg();
  EXPECT_EQ(found.name, "rack-7");
  EXPECT_EQ(found.slots, 3);
  EXPECT_EQ(found.device_slots, settings.device_slots);
  EXPECT_EQ(found.labels, settings.labels);
  EXPECT_EQ(found.agent_version, "1.2.3");
  EXPECT_GT(found.threads, 0);
}

TEST_F(CapabilitiesTest, AreTriedAgainWhereADeviceOrItsDriverChanged) {
  install_ffmpeg("9.1-test");
  (void)facts();
  const auto tried = encodes();
  auto kept = folder.read("encoders.json");
  const auto kernel = kept.find("\"kernel\": \"");
  ASSERT_NE(kernel, std::string::npos) << kept;
  kept.insert(kernel + 11, "old-");
  folder.write("encoders.json", kept);
  (void)facts();
  EXPECT_GT(encodes(), tried);
}

TEST_F(CapabilitiesTest, TellTheDiskOfTheOutputsAndTheRootsAndWhyThereIsNoGpu) {
  settings.output_folder = folder.path();
  settings.roots = {"media"};
  settings.energy.nvml_library = "/nowhere/libnvidia-ml.so.1";
  const auto found = facts_without_ffmpeg();
  EXPECT_EQ(found.disk.folder, folder.path().string());
  EXPECT_GT(found.disk.size, found.disk.free / 2.0);
  EXPECT_EQ(found.roots, settings.roots);
  EXPECT_TRUE(found.gpus.empty());
  EXPECT_THAT(found.gpu_reason, HasSubstr("no NVIDIA driver"));
}

TEST_F(CapabilitiesTest, TryEncodersOnceForEachBuildOfFfmpeg) {
  install_ffmpeg("9.1-test");
  const auto first = facts();
  EXPECT_EQ(first.ffmpeg_version, "9.1-test");
  EXPECT_EQ(x264(first).works, Works::yes) << x264(first).reason;
  const auto tried = encodes();
  EXPECT_GT(tried, 0u);
  EXPECT_EQ(facts().encoders, first.encoders);
  EXPECT_EQ(encodes(), tried) << "kept";
  install_ffmpeg("9.2-test");
  EXPECT_EQ(facts().ffmpeg_version, "9.2-test");
  EXPECT_GT(encodes(), tried) << "another build";
}

TEST_F(CapabilitiesTest, TryAgainWhereWhatWasKeptCannotBeRead) {
  install_ffmpeg("9.1-test");
  for (const char* broken : {"", "{", "{}", R"({"name":7})"}) {
    folder.write("encoders.json", broken);
    const auto before = encodes();
    EXPECT_EQ(x264(facts()).works, Works::yes) << broken;
    EXPECT_GT(encodes(), before) << broken;
  }
}

TEST_F(CapabilitiesTest, AreToldThoughTheyCannotBeKept) {
  install_ffmpeg("9.1-test");
  settings.cache = folder / "bin" / "ffmpeg" / "below-a-file.json";
  EXPECT_EQ(x264(facts()).works, Works::yes);
}

}  // namespace
}  // namespace agent
