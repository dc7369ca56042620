#include "media/encoders.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "media/encoder_probe.h"
#include "media/ffmpeg_child.h"
#include "media/test_specs.h"
#include "media/test_world.h"

namespace media {
namespace {

using base::ErrorKind;
using testing::HasSubstr;
using Works = EncoderState::Works;

TEST(FindFfmpeg, TellsPathsVersionAndBuild) {
  TestWorld world;
  const auto found = find_ffmpeg(world.host(), "ffmpeg", world.environment());
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->ffprobe, found->ffmpeg.parent_path() / "ffprobe");
  EXPECT_FALSE(found->version.empty());
  EXPECT_THAT(found->build, HasSubstr(found->version));
  EXPECT_EQ(find_ffmpeg(world.host(), found->ffmpeg.string(), world.environment())->build, found->build);
}

TEST(FindFfmpeg, SaysHowToInstallWhatIsMissing) {
  TestWorld world;
  const auto found = find_ffmpeg(world.host(), "ffmpeg", {{"PATH", world.folder().string()}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind(), ErrorKind::absent);
  EXPECT_THAT(found.error().text(), HasSubstr("apt install ffmpeg"));
}

TEST(FindFfmpeg, RefusesAProgramThatIsNoFfmpeg) {
  TestWorld world;
  world.script("ffprobe", "exit 0");
  const auto found = find_ffmpeg(world.host(), world.script("ffmpeg", "echo hello").string(), world.environment());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind(), ErrorKind::failed);
  EXPECT_THAT(found.error().text(), HasSubstr("does not answer -version"));
}

TEST(FindFfmpeg, TakesTheFfprobeBesideItAndKnowsAChangedBuild) {
  TestWorld world;
  const auto probe = world.script("ffprobe", "exit 0");
  const auto name = world.script("ffmpeg", "echo ffmpeg version 9.9-test Copyright").string();
  const auto first = find_ffmpeg(world.host(), name, world.environment());
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->version, "9.9-test");
  EXPECT_EQ(first->ffprobe, probe);
  world.script("ffmpeg", "# rebuilt\necho ffmpeg version 9.9-test Copyright");
  EXPECT_NE(find_ffmpeg(world.host(), name, world.environment())->build, first->build);
}

TEST(ListedEncoders, TakesVideoEncodersAndNotTheLegend) {
  EXPECT_THAT(listed_encoders("Encoders:\n V..... = Video\n A..... = Audio\n ------\n V....D libx264   libx264 H.264\n"
                              " A....D aac   AAC\n V..... libsvtav1 SVT\n\n"),
              testing::ElementsAre("libx264", "libsvtav1"));
  EXPECT_THAT(listed_encoders("\xff\n V"), testing::IsEmpty());
}

TEST(ProbeEncoders, FindsTheSoftwareEncodersOfThisFfmpegByEncoding) {
  TestWorld world;
  const auto states = probe_encoders(world.host(), world.ffmpeg(), world.environment());
  ASSERT_EQ(states.size(), known_encoders().size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    EXPECT_EQ(states[i].name, known_encoders()[i].name);
    EXPECT_EQ(states[i].works == Works::yes, states[i].reason.empty()) << states[i].name << ": " << states[i].reason;
    const bool software = states[i].name.starts_with("lib");
    if (software) {
      EXPECT_EQ(states[i].works, Works::yes) << states[i].name << ": " << states[i].reason;
    }
    if (!software && states[i].works == Works::no) {
      EXPECT_THAT(states[i].reason, testing::Not(HasSubstr(" @ 0x"))) << states[i].name;
      EXPECT_THAT(states[i].reason, testing::Not(HasSubstr("maybe incorrect parameters"))) << states[i].name;
    }
  }
}

// A stand-in for ffmpeg that lists libx264 and behaves on encoding as `body` says.
EncoderState tried(TestWorld& world, std::string_view body, units::Seconds limit) {
  const Ffmpeg fake{world.script("ffmpeg", body), "/none", "9", "9"};
  return try_encoder(world.host(), fake, world.environment(), encoder_table()[0], {}, limit);
}

// The render node that it is told is the last of its words that has one; only renderD129 works here.
TEST(TryEncoder, TriesEveryRenderNodeUntilOneWorks) {
  TestWorld world;
  const Ffmpeg fake{world.script("ffmpeg",
                                 "case \"$*\" in *renderD129*) printf 'frame=3\\nprogress=end\\n';; *) echo "
                                 "'[error] No VA display found' >&2; exit 1;; esac"),
                    "/none", "9", "9"};
  const auto tried = [&](std::vector<std::string> nodes) {
    return try_encoder(world.host(), fake, world.environment(), *find_encoder("h264_vaapi"), nodes, units::Seconds(10));
  };
  const auto good = tried({"/dev/dri/renderD128", "/dev/dri/renderD129"});
  EXPECT_EQ(good.works, EncoderState::Works::yes) << good.reason;
  EXPECT_EQ(good.device, "/dev/dri/renderD129");
  EXPECT_THAT(tried({"/dev/dri/renderD128"}).reason, testing::HasSubstr("renderD128: No VA display found"));
  EXPECT_THAT(tried({}).reason, testing::HasSubstr("there is no /dev/dri/renderD*"));
}

TEST(TryEncoder, KillsAnEncoderThatHangs) {
  TestWorld world;
  const auto state = tried(world, "exec sleep 1000", units::Seconds(0.2));
  EXPECT_EQ(state.works, Works::no);
  EXPECT_THAT(state.reason, HasSubstr("took longer than"));
}

TEST(TryEncoder, BelievesFramesAndNotTheExitCode) {
  TestWorld world;
  const units::Seconds limit(60);
  EXPECT_EQ(tried(world, "exit 0", limit).works, Works::no);
  EXPECT_EQ(tried(world, "printf 'frame=3\\nprogress=end\\n'; exit 1", limit).works, Works::no);
  EXPECT_EQ(tried(world, "printf 'frame=3\\nprogress=end\\n'", limit).works, Works::yes);
  EXPECT_THAT(tried(world, "kill -9 $$", limit).reason, HasSubstr("signal 9"));
  EXPECT_EQ(tried(world,
                  "echo '[h264_nvenc @ 0x55] [error] Cannot load libcuda.so.1' >&2; echo '[error] so what' >&2; exit 1",
                  limit)
                .reason,
            "Cannot load libcuda.so.1");
}

TEST(FfmpegEnvironment, HidesTheCallersOwn) {
  const auto environment = ffmpeg_environment({{"FFREPORT", "file=/tmp/x"}, {"PATH", "/bin"}, {"http_proxy", "x"}});
  EXPECT_THAT(environment, testing::ElementsAre(testing::Pair("PATH", "/bin"), testing::Pair("LANG", "C"),
                                                testing::Pair("HOME", "/nonexistent")));
}

TEST(ProbeEncoders, SaysOfEachWhyWhereFfmpegDoesNotRun) {
  TestWorld world;
  const auto states = probe_encoders(world.host(), {"/none/ffmpeg", "/none/ffprobe", "", ""}, world.environment());
  for (const auto& state : states) EXPECT_FALSE(state.reason.empty());
  const Ffmpeg empty{world.script("ffmpeg", "exit 0"), "/none", "9", "9"};
  EXPECT_EQ(probe_encoders(world.host(), empty, world.environment())[0].reason, "not in this build of ffmpeg");
}

TEST(TellingLine, IsTheCauseWithoutAddresses) {
  EXPECT_EQ(telling_line(""), "");
  EXPECT_EQ(telling_line("\n\n"), "");
  EXPECT_EQ(telling_line("x265 [info]: HEVC encoder\n[AVHWDeviceContext @ 0x55] [error] No VA display found\n"
                         "[error] Device creation failed: -22.\n"),
            "No VA display found");
  EXPECT_EQ(telling_line("[mov @ 0x55709abb71c0] moov atom not found\na.mp4: Invalid data found\n"),
            "a.mp4: Invalid data found");
  EXPECT_EQ(telling_line("[tag] kept"), "[tag] kept");
}

std::vector<EncoderState> states(std::initializer_list<std::string_view> working) {
  auto out = known_encoders();
  for (auto& state : out) {
    const bool works = std::find(working.begin(), working.end(), state.name) != working.end();
    state.works = works ? Works::yes : Works::no;
    state.reason = works ? "" : "no device";
  }
  return out;
}

TEST(ChooseEncoder, TakesTheFirstThatWorksSoftwareBeforeHardware) {
  TranscodeSpec spec = generated_spec();
  EXPECT_EQ(*choose_encoder(spec, states({"h264_nvenc", "libx264"})), "libx264");
  EXPECT_EQ(*choose_encoder(spec, states({"h264_qsv", "h264_vaapi"})), "h264_qsv");
  spec.codec = Codec::av1;
  EXPECT_EQ(*choose_encoder(spec, states({"libaom-av1"})), "libaom-av1");
}

TEST(ChooseEncoder, NeverReplacesTheEncoderThatWasAskedFor) {
  TranscodeSpec spec = generated_spec();
  spec.encoder = "h264_nvenc";
  EXPECT_EQ(*choose_encoder(spec, states({"libx264", "h264_nvenc"})), "h264_nvenc");
  const auto refused = choose_encoder(spec, states({"libx264"}));
  EXPECT_EQ(refused.error().kind(), ErrorKind::absent);
  EXPECT_THAT(refused.error().text(), HasSubstr("h264_nvenc: no device"));
}

TEST(ChooseEncoder, SkipsEncodersThatDoNotHaveThePreset) {
  TranscodeSpec spec = generated_spec();
  spec.preset = "p4";
  EXPECT_EQ(*choose_encoder(spec, states({"libx264", "h264_nvenc"})), "h264_nvenc");
  EXPECT_EQ(choose_encoder(spec, states({"libx264"})).error().kind(), ErrorKind::absent);
  spec.encoder = "libx264";
  EXPECT_EQ(choose_encoder(spec, states({"libx264"})).error().kind(), ErrorKind::invalid);
}

TEST(ChooseEncoder, TellsTheReasonOfEachWhereNoneWorks) {
  TranscodeSpec spec = generated_spec();
  const auto refused = choose_encoder(spec, states({}));
  EXPECT_EQ(refused.error().kind(), ErrorKind::absent);
  EXPECT_THAT(refused.error().text(), HasSubstr("libx264: no device; h264_nvenc: no device"));
  EXPECT_EQ(choose_encoder(spec, {}).error().kind(), ErrorKind::absent);
  spec.encoder = "libx265";
  EXPECT_EQ(choose_encoder(spec, states({"libx265"})).error().kind(), ErrorKind::invalid);
}

}  // namespace
}  // namespace media
