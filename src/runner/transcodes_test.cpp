// Ladders, passes, streams and repetitions with the real ffmpeg, and input that is not as it should be.
#include "base/format.h"
#include "runner/run_transcode.h"
#include "runner/workshop_test.h"

namespace runner {
namespace {

using jobs::End;
using jobs::FailureClass;
using jobs::Piece;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Transcodes : public Workshop {
 protected:
  TranscodeRequest tiny() {
    TranscodeRequest out;
    out.id = "t1", out.name = "tiny", out.kind = "test";
    out.encoders = media::known_encoders();
    for (auto& encoder : out.encoders)
      if (encoder.name == "libx264" || encoder.name == "libx265") encoder.works = media::EncoderState::Works::yes;
    out.spec.duration = units::Seconds(1);
    out.spec.size = units::PictureSize{128, 96};
    out.spec.rate = units::Hertz(25);
    out.spec.preset = "ultrafast";
    out.spec.bitrate = units::BitsPerSecond(200'000);
    out.spec.output_mode = media::OutputMode::null;
    return out;
  }
  TranscodeRequest from(const std::filesystem::path& input) {
    auto out = tiny();
    out.spec.input = input.string();
    out.spec.duration.reset(), out.spec.size.reset(), out.spec.rate.reset();
    return out;
  }
  std::string path(const char* name) { return (folder_ / name).string(); }
  jobs::Report run(TranscodeRequest request) {
    const auto ffmpeg = media::find_ffmpeg(host(), "ffmpeg", environment_);
    EXPECT_TRUE(ffmpeg.ok()) << ffmpeg.error().text();
    return run_transcode(host(), *meter_, *ffmpeg, environment_, std::move(request));
  }
  // The installed ffmpeg makes an input.
  std::filesystem::path made(const char* name, std::vector<std::string> words) {
    os::SpawnSpec spec;
    spec.program = *os::find_program("ffmpeg", environment_);
    spec.arguments = {"-v", "error", "-nostdin", "-y"};
    spec.arguments.insert(spec.arguments.end(), words.begin(), words.end());
    spec.arguments.push_back("file:" + path(name));
    spec.environment = environment_;
    const auto output = os::run_and_collect(host().processes, host().clock, std::move(spec), units::Seconds(60));
    EXPECT_TRUE(output.ok() && output->status.success()) << (output ? output->err : output.error().text());
    return folder_ / name;
  }
  std::filesystem::path clip(const char* name, const char* source = "testsrc2=s=128x96:r=25:d=2") {
    return made(name, {"-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast"});
  }
  std::vector<std::string> files() { return host().files.list(folder_.path()).value(); }
};

TEST_F(Transcodes, OfALadderVerifyEachRenditionAndLeaveThemToBePublished) {
  auto request = from(clip("in.mp4"));
  request.spec.output_mode = media::OutputMode::file;
  request.spec.outputs.assign(2, request.spec);
  request.spec.outputs[0].output = path("a.mp4");
  request.spec.outputs[1].output = path("b.mkv"), request.spec.outputs[1].codec = media::Codec::h265;
  request.spec.outputs[1].size = units::PictureSize{64, 48};
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error << report.log_tail;
  EXPECT_THAT(files(), ElementsAre(".a.t1.mp4", ".b.t1.mkv", "in.mp4"));
  ASSERT_EQ(report.pieces.size(), 2u);
  EXPECT_EQ(report.pieces[0].made->video_codec, "h264");
  EXPECT_EQ(report.pieces[0].made->picture, (units::PictureSize{128, 96}));
  EXPECT_EQ(report.pieces[1].made->video_codec, "hevc");
  EXPECT_EQ(report.pieces[1].made->picture, (units::PictureSize{64, 48}));
  EXPECT_EQ(report.pieces[1].output, path("b.mkv"));
  EXPECT_EQ(report.pieces[1].made->frames, 50);
  EXPECT_EQ(report.made, std::nullopt) << "not one of them stands for all";
  EXPECT_EQ(std::count(report.command.begin(), report.command.end(), "-i"), 1) << "one decode";
  EXPECT_EQ(report.spec->outputs[1].encoder, "libx265");
  for (const auto& name : media::output_files(request.spec)) ASSERT_TRUE(publish(host().files, name, "t1").ok());
  EXPECT_THAT(files(), ElementsAre("a.mp4", "b.mkv", "in.mp4"));
}

TEST_F(Transcodes, OfALadderThatFailsLeaveNothing) {
  auto request = tiny();
  request.spec.output_mode = media::OutputMode::file;
  request.spec.outputs.assign(2, request.spec);
  request.spec.outputs[0].output = path("a.mp4");
  request.spec.outputs[1].output = path("nowhere/b.mp4");
  const auto report = run(request);
  EXPECT_EQ(report.outcome.failure, FailureClass::parameters);
  EXPECT_THAT(report.outcome.error, HasSubstr("nowhere does not exist"));
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(Transcodes, InTwoPassesAreOneWorkloadOfTwoCommands) {
  auto request = tiny();
  request.spec.passes = 2;
  EXPECT_EQ(run(request).outcome.failure, FailureClass::internal) << "there is no folder for the notes";
  request.scratch = folder_.path();
  double most = 0;
  request.on_progress = [&](const Live& live) { most = std::max(most, live.fraction.value_or(0)); };
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error << report.log_tail;
  EXPECT_TRUE(host().files.exists(folder_ / "passes/pass-0-0.log"));
  const auto both = std::find(report.command.begin(), report.command.end(), "&&");
  ASSERT_NE(both, report.command.end());
  EXPECT_NE(std::find(report.command.begin(), both, "1"), both);
  EXPECT_EQ(report.progress->frames, 25);
  EXPECT_LE(most, 1);
  ASSERT_FALSE(report.energy.empty());
  EXPECT_TRUE(report.energy[0].energy.known()) << report.energy[0].energy.reason();
  // The idle 4 W are its own as long as it runs: both commands are in it.
  const auto idle = std::find_if(report.energy.begin(), report.energy.end(),
                                 [](const auto& line) { return line.part == jobs::Part::idle_share; });
  ASSERT_NE(idle, report.energy.end());
  EXPECT_NEAR(idle->energy.value().value(), 4 * report.timings.elapsed.value(), 0.1 * 4 + 0.1);
}

TEST_F(Transcodes, WhoseFirstPassFailsEndThere) {
  auto request = from(clip("in.mp4"));
  request.spec.passes = 2, request.scratch = folder_ / "in.mp4";
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, End::failed);
  EXPECT_EQ(report.outcome.failure, FailureClass::node) << "there can be no folder for the notes";
}

TEST_F(Transcodes, OfSeveralStreamsTellTheEnergyOfEachAndTheirSum) {
  auto request = tiny();
  request.spec.streams = 3, request.spec.output_mode = media::OutputMode::file;
  request.spec.output = path("out.mp4");
  request.log_file = folder_ / "ffmpeg.log";
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  EXPECT_THAT(files(), ElementsAre(".out-1.t1.mp4", ".out-2.t1.mp4", ".out-3.t1.mp4", "ffmpeg-1.log", "ffmpeg-2.log",
                                   "ffmpeg-3.log"));
  ASSERT_EQ(report.pieces.size(), 3u);
  double sum = 0;
  for (const auto& piece : report.pieces) {
    EXPECT_EQ(piece.kind, Piece::Kind::stream);
    EXPECT_EQ(piece.frames, 25);
    ASSERT_TRUE(piece.energy && piece.energy->known());
    sum += piece.energy->value().value();
  }
  EXPECT_NEAR(jobs::headline(report.energy)->energy.value().value(), sum, 1e-9);
  EXPECT_EQ(report.progress->frames, 75);
  EXPECT_EQ(report.spec->streams, 3);
}

TEST_F(Transcodes, OfSeveralStreamsAreCalledAsTheyWereAskedFor) {
  auto request = tiny();
  request.spec.streams = 2, request.spec.output_mode = media::OutputMode::null;
  EXPECT_EQ(run(request).id, request.id);
}

TEST_F(Transcodes, OfSeveralStreamsInTwoPassesKeepTheirNotesApart) {
  auto request = tiny();
  request.spec.streams = 2, request.spec.passes = 2, request.scratch = folder_.path();
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error << report.log_tail;
  EXPECT_THAT(files(), ElementsAre("stream-1", "stream-2"));
}

TEST_F(Transcodes, OfSeveralStreamsFailWithTheFirstThatFailed) {
  auto request = tiny();
  request.spec.streams = 2, request.spec.output_mode = media::OutputMode::file;
  request.spec.output = path("out.mp4");
  std::filesystem::create_directory(path("out-2.mp4"));
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, End::failed);
  EXPECT_EQ(report.outcome.failure, FailureClass::parameters);
  EXPECT_THAT(report.outcome.error, AllOf(HasSubstr("stream 2 of 2: "), HasSubstr("out-2.mp4 is a folder")));
  EXPECT_THAT(files(), ElementsAre("out-2.mp4")) << "the stream that went well is not kept";
  EXPECT_EQ(report.pieces[0].end, End::completed);
}

TEST_F(Transcodes, ThatAreRepeatedAreTheMeanOfTheirRuns) {
  auto request = tiny();
  request.repetitions = {3, 3, std::nullopt};
  std::vector<std::size_t> kept;
  request.on_repetition = [&](const auto& pieces) { kept.push_back(pieces.size()); };
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  EXPECT_THAT(kept, ElementsAre(1u, 2u, 3u));
  ASSERT_EQ(report.pieces.size(), 3u);
  double sum = 0;
  for (const auto& piece : report.pieces) sum += piece.energy->value().value();
  EXPECT_NEAR(jobs::headline(report.energy)->energy.value().value(), sum / 3, 1e-9);
  EXPECT_EQ(report.progress->frames, 25) << "of one run";
  EXPECT_THAT(report.caveats, Contains(HasSubstr("the mean of 3 repetitions")));
}

TEST_F(Transcodes, AreRepeatedUntilTheirMeanIsSureEnough) {
  auto request = tiny();
  request.repetitions = {3, 50, 0.5};
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  EXPECT_GE(report.pieces.size(), 4u) << "narrow twice in a row, of three at least";
  EXPECT_LE(report.pieces.size(), 50u);
}

TEST_F(Transcodes, OfWhichOneRepetitionFailsEndThere) {
  auto request = from(clip("in.mp4"));
  request.repetitions = {5, 5, std::nullopt};
  request.on_repetition = [&](const auto& pieces) {
    if (pieces.size() == 2) std::filesystem::remove(folder_ / "in.mp4");
  };
  const auto report = run(request);
  EXPECT_EQ(report.outcome.failure, FailureClass::input);
  EXPECT_THAT(report.outcome.error, HasSubstr("repetition 3: the input"));
  EXPECT_EQ(report.pieces.size(), 3u);
}

// What is wrong with an input, and the words of who is to mend it.
TEST_F(Transcodes, OfInputsThatAreNotAsTheyShouldBeSayWhatIsWrong) {
  const auto expect = [&](const std::filesystem::path& input, FailureClass failure, const char* words) {
    const auto report = run(from(input));
    EXPECT_EQ(report.outcome.end, End::failed) << input;
    EXPECT_EQ(report.outcome.failure, failure) << input << ": " << report.outcome.error;
    EXPECT_THAT(report.outcome.error, HasSubstr(words)) << input;
  };
  expect(made("sound.mp4", {"-f", "lavfi", "-i", "sine=d=1"}), FailureClass::input, "no picture to encode, only sound");
  expect(made("odd.mkv", {"-f", "lavfi", "-i", "testsrc=s=129x97:r=25:d=1", "-c:v", "ffv1", "-pix_fmt", "yuv444p"}),
         FailureClass::input, "129x97, and libx264 needs even sides; give a resolution, such as 128x96");
  expect(made("picture.mp4", {"-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", "-f", "image2", "-c:v", "png",
                              "-update", "1"}),
         FailureClass::input, "is not media that ffmpeg reads");
  ASSERT_EQ(::mkfifo(path("endless.mp4").c_str(), 0600), 0);
  expect(folder_ / "endless.mp4", FailureClass::input, "is not a file");
  expect("/dev/zero", FailureClass::input, "is not a file");
  expect(folder_.write("empty.mp4", ""), FailureClass::input, "is empty");

  // Garbage in the middle of the pictures: ffmpeg goes on and ends well.
  auto whole = folder_.read(clip("whole.mp4", "testsrc2=s=320x240:r=25:d=4").filename().string());
  for (auto i = whole.size() / 2; i < whole.size() / 2 + 3000; ++i) whole[i] = static_cast<char>(i * 7);
  expect(folder_.write("damaged.mp4", whole), FailureClass::input, "is damaged");
  auto late = from(clip("in.mp4"));
  late.spec.start = units::Seconds(5);
  const auto report = run(late);
  EXPECT_EQ(report.outcome.failure, FailureClass::parameters);
  EXPECT_THAT(report.outcome.error, AllOf(HasSubstr("start is 5"), HasSubstr("ends after 2")));
}

TEST_F(Transcodes, OfInputsThatAreOddButWholeAreDone) {
  const auto expect = [&](const std::filesystem::path& input) {
    auto request = from(input);
    request.spec.output_mode = media::OutputMode::file, request.spec.output = path("done.mp4");
    const auto report = run(request);
    EXPECT_EQ(report.outcome.end, End::completed) << input << ": " << report.outcome.error << report.log_tail;
  };
  // A matroska by another name; frames that come when they like; sixteen streams; names that mean something elsewhere.
  expect(made("mislabelled.mp4",
              {"-f", "lavfi", "-i", "testsrc2=s=128x96:r=25:d=1", "-c:v", "libx264", "-f", "matroska"}));
  expect(made("variable.mkv", {"-f", "lavfi", "-i", "testsrc2=s=128x96:r=25:d=4", "-vf",
                               "select='not(mod(n,7))+lt(n,30)'", "-vsync", "vfr", "-c:v", "libx264"}));
  std::vector<std::string> sixteen{"-f",       "lavfi", "-i", "testsrc2=s=128x96:r=25:d=1", "-f", "lavfi", "-i",
                                   "sine=d=1", "-map",  "0"};
  for (int i = 0; i < 15; ++i) sixteen.insert(sixteen.end(), {"-map", "1"});
  expect(made("sixteen.mkv", sixteen));
  for (const char* name :
       {"with blank.mp4", "quo'te\".mp4", "-leading.mp4", "frame%d.mp4", "%03d.mp4", "new\nline.mp4"})
    if (std::string_view(name).find('\n') == std::string_view::npos) expect(clip(name));
  auto broken_name = from(clip("new\nline.mp4"));
  EXPECT_THAT(run(broken_name).outcome.error, HasSubstr("control character"));
}

}  // namespace
}  // namespace runner
