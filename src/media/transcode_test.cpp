// The whole way with the installed ffmpeg: spec, arguments, encode, progress, probe, differences.
#include <gmock/gmock.h>

#include "media/command_line.h"
#include "media/encoder_table.h"
#include "media/ffmpeg_child.h"
#include "media/probe.h"
#include "media/progress.h"
#include "media/scenario.h"
#include "media/test_footage.h"
#include "media/test_specs.h"
#include "media/test_world.h"

namespace media {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<EncoderState> software_encoders() {
  auto out = known_encoders();
  for (auto& state : out)
    if (find_encoder(state.name)->device == Device::none) state.works = EncoderState::Works::yes;
  return out;
}

struct Made {
  os::Output output;
  Progress progress;
  std::string target;
};

Made transcode(TestWorld& world, const TranscodeSpec& spec, std::string encoder, const std::string& target) {
  EXPECT_THAT(check(spec), IsEmpty());
  Made made;
  made.target = target;
  made.output =
      world.run(ffmpeg_arguments(spec, {.encoder = std::move(encoder), .target = target, .progress_descriptor = 1}));
  ProgressParser parser;
  parser.feed(made.output.out);
  made.progress = parser.latest();
  return made;
}

void expect_as_asked(TestWorld& world, const TranscodeSpec& spec, const Made& made,
                     const MediaFacts* source = nullptr) {
  ASSERT_TRUE(made.output.status.success()) << made.output.err;
  EXPECT_EQ(made.progress.phase, Progress::Phase::ended);
  const auto facts = probe(world.host(), world.ffmpeg(), made.target, units::Seconds(60));
  ASSERT_TRUE(facts) << facts.error().text();
  EXPECT_THAT(differences(spec, *facts, source), IsEmpty());
  EXPECT_EQ(facts->frames, made.progress.frames);
}

// The cheapest preset of each, so that all of them take a second or two.
const std::vector<std::pair<std::string, std::string>> fast_presets{{"libx264", "ultrafast"},
                                                                    {"libx265", "ultrafast"},
                                                                    {"libvpx-vp9", "realtime-8"},
                                                                    {"libsvtav1", "12"},
                                                                    {"libaom-av1", "8"}};

TranscodeSpec quick_spec(const std::string& encoder, const std::string& preset) {
  TranscodeSpec spec = generated_spec();
  spec.codec = find_encoder(encoder)->codec, spec.encoder = encoder, spec.preset = preset;
  return spec;
}

TEST(Transcode, WithEachSoftwareEncoderGivesWhatWasAskedInEachContainer) {
  TestWorld world;
  for (const auto& [encoder, preset] : fast_presets) {
    for (const std::string extension : {"mp4", "mkv", "webm"}) {
      TranscodeSpec spec = quick_spec(encoder, preset);
      spec.output = (world.folder() / ("out." + extension)).string();
      if (!container_of(spec)) continue;
      SCOPED_TRACE(encoder + " into " + extension);
      spec.duration = units::Seconds(0.5);
      const auto made = transcode(world, spec, encoder, spec.output);
      expect_as_asked(world, spec, made);
      EXPECT_EQ(made.progress.frames, 15);
    }
  }
}

// A scenario's name is checked against a real encode, so a new file in scenarios/ is tested by being there.
TEST(Transcode, OfEveryScenarioGivesWhatItsNameSays) {
  TestWorld world;
  const auto scenarios = Scenarios::built_in();
  for (const auto& scenario : scenarios.all()) {
    SCOPED_TRACE(scenario.name);
    TranscodeSpec spec = scenario.defaults;
    spec.duration = units::Seconds(2 / spec.rate->value());
    const auto encoder = choose_encoder(spec, software_encoders());
    ASSERT_TRUE(encoder) << encoder.error().text();
    for (const auto& [name, preset] : fast_presets)  // what it says of size, rate and codec does not hang on the preset
      if (name == *encoder) spec.preset = preset;
    const auto path =
        (world.folder() / (scenario.name + (spec.output_mode == OutputMode::rtmp ? ".flv" : ".mkv"))).string();
    if (spec.output_mode == OutputMode::file) spec.output = path;
    auto made = transcode(world, spec, *encoder, spec.output_mode == OutputMode::rtmp ? "file:" + path : path);
    made.target = path;
    expect_as_asked(world, spec, made);
    std::filesystem::remove(path);
  }
}

TEST(Transcode, WithEachRateControlAndThreadsIsUnderstoodByEachEncoder) {
  TestWorld world;
  for (const auto& [encoder, preset] : fast_presets) {
    for (const int threads : {3, 512}) {
      SCOPED_TRACE(encoder + ", threads " + std::to_string(threads));
      TranscodeSpec spec = quick_spec(encoder, preset);
      spec.output_mode = OutputMode::null, spec.duration = units::Seconds(0.2);
      spec.crf = 35, spec.threads = threads, spec.gop = 4;
      if (threads == 512) spec.bitrate.reset();  // capped CRF with 3 threads, plain CRF with too many
      const auto made = transcode(world, spec, encoder, "");
      EXPECT_TRUE(made.output.status.success()) << made.output.err;
      EXPECT_EQ(made.progress.frames, 6);
      EXPECT_THAT(made.output.err, testing::Not(HasSubstr("[error]")));
    }
  }
}

TEST(Transcode, OfRealFootageScalesCutsAndKeepsTheSound) {
  TestWorld world;
  const auto clip = footage(world);
  const auto source = probe(world.host(), world.ffmpeg(), clip.path, units::Seconds(60));
  ASSERT_TRUE(source) << source.error().text();
  TranscodeSpec spec = quick_spec("libx264", "ultrafast");
  spec.input = clip.path, spec.duration = units::Seconds(2), spec.audio = Audio::aac;
  spec.output = (world.folder() / "out.mp4").string();
  expect_as_asked(world, spec, transcode(world, spec, "libx264", spec.output), &*source);

  spec.audio = Audio::copy, spec.size.reset(), spec.rate.reset();
  expect_as_asked(world, spec, transcode(world, spec, "libx264", spec.output), &*source);
}

TEST(Transcode, CanReadAndWriteFilesWithAnyName) {
  TestWorld world;
  TranscodeSpec spec = quick_spec("libx264", "ultrafast");
  spec.output = (world.folder() / "-vf 'a|b';%d:c=[x],\"ü\".mkv").string();
  expect_as_asked(world, spec, transcode(world, spec, "libx264", spec.output));
  spec.input = spec.output;
  spec.output = (world.folder() / "pipe:1.mp4").string();
  expect_as_asked(world, spec, transcode(world, spec, "libx264", spec.output));
}

TEST(Transcode, OfAPlaylistThatNamesAnotherFileReadsNothing) {
  TestWorld world;
  TranscodeSpec spec = quick_spec("libx264", "ultrafast");
  const auto secret = (world.folder() / "secret.mkv").string();
  spec.output = secret;
  expect_as_asked(world, spec, transcode(world, spec, "libx264", secret));
  for (const std::string& text :
       std::vector<std::string>{"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + secret + "\n#EXT-X-ENDLIST\n",
                                "ffconcat version 1.0\nfile secret.mkv\n"}) {
    spec.input = world.write("list.mp4", text).string();
    spec.output = (world.folder() / "out.mp4").string();
    const auto made = transcode(world, spec, "libx264", spec.output);
    EXPECT_FALSE(made.output.status.success());
    EXPECT_EQ(made.progress.frames, 0);
  }
}

TEST(Transcode, InTwoPassesIsUnderstoodByEachEncoderThatHasThem) {
  TestWorld world;
  for (const auto& [encoder, preset] : fast_presets) {
    if (find_encoder(encoder)->two_pass == TwoPass::no) continue;
    SCOPED_TRACE(encoder);
    TranscodeSpec spec = quick_spec(encoder, encoder == "libvpx-vp9" ? "good-5" : preset);
    spec.passes = 2, spec.output = (world.folder() / (encoder + ".mkv")).string();
    ASSERT_THAT(check(spec), IsEmpty());
    CommandInputs inputs{.encoder = encoder, .target = spec.output, .progress_descriptor = 1, .pass = Pass::first};
    const auto looked = world.run(ffmpeg_arguments(spec, inputs));
    ASSERT_TRUE(looked.status.success()) << looked.err;
    EXPECT_FALSE(std::filesystem::exists(spec.output));
    inputs.pass = Pass::second;
    Made made{world.run(ffmpeg_arguments(spec, inputs)), {}, spec.output};
    ProgressParser parser;
    parser.feed(made.output.out);
    made.progress = parser.latest();
    expect_as_asked(world, spec, made);
  }
}

// Two streams of subtitles, sound, ten bits of HDR10's colours: what a film for television is like.
std::string hdr_film(TestWorld& world) {
  const auto words = world.write("words.srt", "1\n00:00:00,100 --> 00:00:00,900\nHello\n\n");
  const auto path = (world.folder() / "film.mkv").string();
  const auto made = world.run({"-v",
                               "error",
                               "-nostdin",
                               "-f",
                               "lavfi",
                               "-i",
                               "testsrc2=s=320x180:r=24:d=3",
                               "-f",
                               "lavfi",
                               "-i",
                               "sine=d=3",
                               "-i",
                               words.string(),
                               "-i",
                               words.string(),
                               "-map",
                               "0:v",
                               "-map",
                               "1:a",
                               "-map",
                               "2",
                               "-map",
                               "3",
                               "-c:v",
                               "libx265",
                               "-preset",
                               "ultrafast",
                               "-pix_fmt",
                               "yuv420p10le",
                               "-x265-params",
                               "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc",
                               "-c:a",
                               "aac",
                               "-c:s",
                               "srt",
                               "-y",
                               path});
  EXPECT_TRUE(made.status.success()) << made.err;
  return path;
}

TEST(Transcode, KeepsHdrSubtitlesAndSoundWhereItIsAskedTo) {
  TestWorld world;
  const auto film = hdr_film(world);
  const auto source = probe(world.host(), world.ffmpeg(), film, units::Seconds(60));
  ASSERT_TRUE(source) << source.error().text();
  EXPECT_TRUE(is_hdr(*source));
  EXPECT_EQ(source->subtitles, 2);
  for (const auto& [encoder, preset] : fast_presets) {
    SCOPED_TRACE(encoder);
    TranscodeSpec spec = quick_spec(encoder, preset);
    spec.input = film, spec.size.reset(), spec.rate.reset(), spec.pixel_format = "yuv420p10le";
    spec.start = units::Seconds(0.5), spec.duration = units::Seconds(1);
    spec.subtitles = Subtitles::copy, spec.audio = encoder == "libx264" ? Audio::copy : Audio::opus;
    spec.output = (world.folder() / (encoder + ".mkv")).string();
    expect_as_asked(world, spec, transcode(world, spec, encoder, spec.output), &*source);
  }
}

TEST(Differences, TellWhatOfAFilmWasLost) {
  TestWorld world;
  const auto source = probe(world.host(), world.ffmpeg(), hdr_film(world), units::Seconds(60)).value();
  TranscodeSpec spec = generated_spec();
  spec.input = "/film", spec.size.reset(), spec.rate.reset(), spec.codec = Codec::h265, spec.duration.reset();
  spec.pixel_format = "yuv420p10le", spec.subtitles = Subtitles::copy, spec.audio = Audio::copy;
  auto made = source;
  EXPECT_THAT(differences(spec, made, &source), IsEmpty());
  made.color_transfer = "", made.subtitles = 1, made.pixel_format = "yuv420p";
  EXPECT_THAT(differences(spec, made, &source),
              testing::ElementsAre("pixel format is yuv420p, asked for yuv420p10le", HasSubstr("HDR was lost"),
                                   "it holds 1 streams of subtitles, expected 2"));
}

// The arguments of a stream, into a file instead of a server: what an RTMP server would get.
TEST(Transcode, ForRtmpGivesFlvWithKeyFramesInEvenSteps) {
  TestWorld world;
  TranscodeSpec spec = stream_spec();
  spec.preset = "ultrafast", spec.duration = units::Seconds(3), spec.gop = 30;
  const auto path = (world.folder() / "stream.flv").string();
  auto made = transcode(world, spec, "libx264", "file:" + path);
  made.target = path;
  expect_as_asked(world, spec, made);
  const auto keys = world.run({"-v", "error", "-select_streams", "v", "-skip_frame", "nokey", "-show_entries",
                               "frame=pts_time", "-of", "default=nk=1:nw=1", path},
                              "ffprobe");
  EXPECT_EQ(std::count(keys.out.begin(), keys.out.end(), '\n'), 3) << keys.out;
}

TEST(Transcode, OfTenBitsGivesTenBits) {
  TestWorld world;
  for (const auto& [encoder, preset] : fast_presets) {
    TranscodeSpec spec = quick_spec(encoder, preset);
    spec.pixel_format = "yuv420p10le", spec.duration = units::Seconds(0.2);
    spec.output = (world.folder() / "ten.mkv").string();
    const auto made = transcode(world, spec, encoder, spec.output);
    ASSERT_TRUE(made.output.status.success()) << encoder << ": " << made.output.err;
    EXPECT_EQ(probe(world.host(), world.ffmpeg(), spec.output, units::Seconds(60))->pixel_format, "yuv420p10le")
        << encoder;
  }
}

}  // namespace
}  // namespace media
