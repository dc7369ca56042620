#include "runner/run_transcode.h"

#include <signal.h>

#include "base/format.h"
#include "net/ports.h"
#include "os/machine.h"
#include "runner/workshop_test.h"

namespace runner {
namespace {

using jobs::End;
using jobs::FailureClass;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RunTranscode : public Workshop {
 protected:
  // One second of a generated picture, encoded with x264 into a file.
  TranscodeRequest tiny() {
    TranscodeRequest out;
    out.id = "t1";
    out.name = "tiny", out.kind = "test";
    out.encoders = media::known_encoders();
    for (auto& encoder : out.encoders)
      if (encoder.name == "libx264") encoder.works = media::EncoderState::Works::yes;
    out.spec.duration = units::Seconds(1);
    out.spec.size = units::PictureSize{128, 96};
    out.spec.rate = units::Hertz(25);
    out.spec.preset = "ultrafast";
    out.spec.bitrate = units::BitsPerSecond(200'000);
    out.spec.output = (folder_ / "out.mp4").string();
    return out;
  }
  TranscodeRequest from(const std::filesystem::path& input) {
    auto out = tiny();
    out.spec.input = input.string();
    return out;
  }
  jobs::Report run(TranscodeRequest request) {
    const auto ffmpeg = media::find_ffmpeg(host(), "ffmpeg", environment_);
    EXPECT_TRUE(ffmpeg.ok()) << ffmpeg.error().text();
    return run_transcode(host(), *meter_, *ffmpeg, environment_, std::move(request));
  }
  void expect_not_run(const jobs::Report& report, FailureClass failure, const std::string& words) {
    EXPECT_EQ(report.outcome.end, End::failed);
    EXPECT_EQ(report.outcome.failure, failure) << report.outcome.error;
    EXPECT_THAT(report.outcome.error, HasSubstr(words));
    EXPECT_THAT(report.command, IsEmpty());
    ASSERT_EQ(report.energy.size(), 1u);
    EXPECT_EQ(report.energy[0].energy.reason(), "nothing was run");
    EXPECT_FALSE(report.made);
  }
  std::vector<std::string> files() { return host().files.list(folder_.path()).value(); }
};

TEST_F(RunTranscode, TheOutputIsVerifiedAndWaitsBesideItsFinalName) {
  const auto report = run(tiny());
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  EXPECT_THAT(files(), ElementsAre(".out.t1.mp4"));
  ASSERT_TRUE(report.made);
  EXPECT_EQ(report.made->video_codec, "h264");
  EXPECT_EQ(report.made->picture, (units::PictureSize{128, 96}));
  EXPECT_EQ(report.output, (folder_ / "out.mp4").string());
  EXPECT_EQ(report.progress->frames, 25);
  EXPECT_EQ(report.spec->encoder, "libx264");
  EXPECT_EQ(report.kind, "test");

  ASSERT_TRUE(publish(host().files, folder_ / "out.mp4", "t1").ok());
  EXPECT_THAT(files(), ElementsAre("out.mp4"));
  EXPECT_TRUE(publish(host().files, folder_ / "out.mp4", "t1").ok()) << "again is no error";
}

TEST_F(RunTranscode, WhatWasNeverMadeCannotBePublished) {
  const auto result = publish(host().files, folder_ / "out.mp4", "t1");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind(), base::ErrorKind::absent);
}

TEST_F(RunTranscode, TheTemporaryNameIsHiddenInTheSameFolderAndFitsWhateverTheName) {
  EXPECT_EQ(temporary_output("/media/a film.mp4", "7f3k2"), os::Path("/media/.a film.7f3k2.mp4"));
  const auto longest = os::Path("/media") / (std::string(251, 'x') + ".mkv");
  const auto temporary = temporary_output(longest, "0190b3c4-0000-7000-8000-000000000000");
  EXPECT_LE(temporary.filename().string().size(), 255u);
  EXPECT_EQ(temporary.extension(), ".mkv");
}

TEST_F(RunTranscode, AFileIsEncodedWhole) {
  auto first = tiny();
  ASSERT_EQ(run(first).outcome.end, End::completed);
  ASSERT_TRUE(publish(host().files, folder_ / "out.mp4", "t1").ok());
  auto second = from(folder_ / "out.mp4");
  second.spec.duration.reset(), second.spec.size.reset(), second.spec.rate.reset();
  second.spec.output = (folder_ / "again.mkv").string();
  const auto report = run(second);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  EXPECT_EQ(report.made->picture, (units::PictureSize{128, 96}));
}

TEST_F(RunTranscode, InputsThatAreNoFilmAreRefusedBeforeAnythingRuns) {
  ASSERT_EQ(run(tiny()).outcome.end, End::completed);
  const auto whole = folder_.read(".out.t1.mp4");
  discard(host().files, folder_ / "out.mp4", "t1");

  expect_not_run(run(from(folder_ / "missing.mp4")), FailureClass::input, "missing.mp4");
  expect_not_run(run(from(folder_.write("empty.mp4", ""))), FailureClass::input, "is empty");
  expect_not_run(run(from(folder_.write("text.mp4", "hello\n"))), FailureClass::input, "text.mp4");
  const auto cut = folder_.write("cut.mp4", std::string_view(whole).substr(0, whole.size() / 2));
  expect_not_run(run(from(cut)), FailureClass::input, "cut.mp4");
  EXPECT_THAT(files(), ElementsAre("cut.mp4", "empty.mp4", "text.mp4"));
}

TEST_F(RunTranscode, SpecsThatCannotBeTrueAreTheAskersFault) {
  auto request = tiny();
  request.spec.bitrate = units::BitsPerSecond(4e9);
  expect_not_run(run(request), FailureClass::parameters, "bitrate");
}

TEST_F(RunTranscode, AnEncoderThatDoesNotWorkHereIsNotStarted) {
  auto request = tiny();
  for (auto& encoder : request.encoders) {
    encoder.works = media::EncoderState::Works::no;
    encoder.reason = "not in this build";
  }
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, End::failed);
  EXPECT_THAT(report.outcome.error, HasSubstr("not in this build"));
}

TEST_F(RunTranscode, AnOutputThatHasNoFolderOrIsOneIsRefused) {
  auto request = tiny();
  request.spec.output = (folder_ / "nowhere/out.mp4").string();
  expect_not_run(run(request), FailureClass::parameters, "nowhere does not exist");
  std::filesystem::create_directory(folder_ / "taken.mp4");
  request.spec.output = (folder_ / "taken.mp4").string();
  expect_not_run(run(request), FailureClass::parameters, "taken.mp4 is a folder");
  request.spec.output = (folder_.write("file", "") / "out.mp4").string();
  EXPECT_EQ(run(request).outcome.end, End::failed);
}

TEST_F(RunTranscode, WithoutAnOutputFramesAreProofEnough) {
  auto request = tiny();
  request.spec.output_mode = media::OutputMode::null;
  request.spec.output.clear();
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  EXPECT_EQ(report.progress->frames, 25);
  EXPECT_THAT(files(), IsEmpty());
}

TEST_F(RunTranscode, WhatIsNotCompletedLeavesNothingBehind) {
  auto request = tiny();
  request.spec.duration = units::Seconds(86'400);
  std::stop_source stop;
  request.cancel = stop.get_token();
  request.on_progress = [&](const Live& live) {
    if (live.progress && live.progress->frames > 0) stop.request_stop();
  };
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, End::canceled);
  EXPECT_THAT(files(), IsEmpty());
}

// ffmpeg itself stands in for an RTMP server here: it takes one publisher.
class RunStream : public RunTranscode {
 protected:
  TranscodeRequest stream(std::uint16_t port) {
    auto out = tiny();
    out.spec.duration = units::Seconds(2);
    out.spec.output_mode = media::OutputMode::rtmp;
    out.spec.output.clear();
    out.spec.rtmp_url = base::format("rtmp://127.0.0.1:{}/live/x", port);
    return out;
  }
  void listen(std::uint16_t port) {
    os::SpawnSpec spec;
    spec.program = *os::find_program("ffmpeg", environment_);
    spec.arguments = {"-v", "error", "-nostdin", "-listen", "1", "-i", base::format("rtmp://127.0.0.1:{}/live/x", port),
                      "-f", "null",  "-"};
    spec.environment = environment_;
    spec.descriptors = {{0, -1}, {1, -1}, {2, -1}};
    spec.when_we_die = os::SpawnSpec::WhenWeDie::killed;
    server_ = host().processes.spawn(spec).value();
    // Connecting to see would be its one publisher; /proc tells without.
    const auto deadline = host().clock.boot() + units::Seconds(20);
    while (!os::port_owner(host().files, host().root, port) && host().clock.boot() < deadline)
      (void)server_->wait_until(host().clock.boot() + units::Seconds(0.01)).ok();
  }
  void TearDown() override {
    if (!server_) return;
    (void)server_->signal(SIGKILL).ok();
    EXPECT_TRUE(server_->wait().ok());
  }
  std::unique_ptr<os::Process> server_;
};

TEST_F(RunStream, IsPacedByTheClockAndWhatItsCheckSawIsWhatWasMade) {
  const auto port = net::free_port().value();
  listen(port);
  auto request = stream(port);
  media::MediaFacts seen;
  seen.container = "flv", seen.video_codec = "h264", seen.picture = units::PictureSize{128, 96};
  request.check_stream = [&](const auto&, const auto&) { return seen; };
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error << report.log_tail;
  EXPECT_EQ(report.made, seen);
  EXPECT_EQ(report.output, request.spec.rtmp_url);
  EXPECT_GT(report.timings.elapsed.value(), 1.5);
}

TEST_F(RunStream, OfAFileIsPacedByTheClockToo) {
  auto file = tiny();
  file.spec.duration = units::Seconds(2);
  ASSERT_EQ(run(file).outcome.end, End::completed);
  ASSERT_TRUE(publish(host().files, folder_ / "out.mp4", "t1").ok());
  const auto port = net::free_port().value();
  listen(port);
  auto request = stream(port);
  request.spec.input = (folder_ / "out.mp4").string();
  request.spec.duration.reset(), request.spec.size.reset(), request.spec.rate.reset();
  double most = 0;
  request.on_progress = [&](const Live& live) { most = std::max(most, live.fraction.value_or(0)); };
  const auto report = run(request);
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error << report.log_tail;
  EXPECT_EQ(report.progress->frames, 50);
  EXPECT_GT(report.timings.elapsed.value(), 1.5);
  EXPECT_GT(most, 0) << "its length is known, so it says how far it is";
}

TEST_F(RunStream, WhoseBitrateDidNotArriveHasFailed) {
  const auto port = net::free_port().value();
  listen(port);
  auto request = stream(port);
  request.check_stream = [](const auto&, const auto&) -> base::Result<media::MediaFacts> {
    return base::Error::failed("half of it");
  };
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, End::failed);
  EXPECT_EQ(report.outcome.failure, FailureClass::transient);
  EXPECT_THAT(report.outcome.error, AllOf(HasSubstr("could not be verified"), HasSubstr("half of it")));
  ASSERT_TRUE(report.progress);
  EXPECT_GT(report.progress->frames, 0) << "what it took is kept";
}

TEST_F(RunStream, TooShortForALookIsNotFailedButSaysThatNobodyLooked) {
  const auto port = net::free_port().value();
  listen(port);
  auto request = stream(port);
  request.check_stream = [](const auto&, const auto&) -> base::Result<media::MediaFacts> {
    return base::Error::retry("nobody answers");
  };
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  EXPECT_FALSE(report.made);
  EXPECT_THAT(report.caveats, testing::Contains(AllOf(HasSubstr("not checked"), HasSubstr("nobody answers"))));
}

TEST_F(RunStream, OfAnotherSizeThanAskedHasFailed) {
  const auto port = net::free_port().value();
  listen(port);
  auto request = stream(port);
  media::MediaFacts seen;
  seen.video_codec = "h264", seen.picture = units::PictureSize{64, 64};
  request.check_stream = [&](const auto&, const auto&) { return seen; };
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, End::failed);
  EXPECT_THAT(report.outcome.error, HasSubstr("64x64"));
}

TEST_F(RunStream, OfWhichLittleWasSeenSaysWhatWasNotChecked) {
  const auto port = net::free_port().value();
  listen(port);
  auto request = stream(port);
  media::MediaFacts seen;
  seen.video_codec = "h264", seen.picture = units::PictureSize{128, 96};
  request.check_stream = [&](const auto&, const auto&) { return seen; };
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  EXPECT_THAT(report.caveats, testing::Contains(HasSubstr("not checked: the frame rate")));
}

TEST_F(RunStream, ThatNobodyTakesHasFailedWithFfmpegsWords) {
  const auto report = run(stream(net::free_port().value()));
  EXPECT_EQ(report.outcome.end, End::failed);
  EXPECT_EQ(report.outcome.failure, FailureClass::transient);
  EXPECT_THAT(report.outcome.error, HasSubstr("Connection refused"));
}

}  // namespace
}  // namespace runner
