// Real encodes within the whole sandbox: what it forbids no encoder misses.
#include "runner/run_transcode.h"

#include "base/format.h"
#include "base/text.h"
#include "media/encoder_table.h"
#include "runner/workshop_test.h"

namespace runner {
namespace {

using testing::HasSubstr;
using testing::Not;

class Sandboxed : public Workshop {
 protected:
  TranscodeRequest tiny(media::Codec codec, const std::string& encoder) {
    TranscodeRequest out;
    out.id = "t1", out.kind = "test";
    out.sandbox = sandbox::Mode::best;
    out.encoders = media::known_encoders();
    for (auto& state : out.encoders) state.works = media::EncoderState::Works::yes;
    out.spec.codec = codec, out.spec.encoder = encoder;
    out.spec.duration = units::Seconds(1);
    out.spec.size = units::PictureSize{128, 96};
    out.spec.rate = units::Hertz(25);
    out.spec.bitrate = units::BitsPerSecond(200'000);
    out.spec.preset = media::usual_preset(codec, encoder);
    out.spec.audio = media::Audio::aac;
    out.spec.output = (folder_ / "out.mkv").string();
    return out;
  }
  jobs::Report run(TranscodeRequest request) {
    const auto ffmpeg = media::find_ffmpeg(host(), "ffmpeg", environment_);
    EXPECT_TRUE(ffmpeg.ok()) << ffmpeg.error().text();
    return run_transcode(host(), *meter_, *ffmpeg, environment_, std::move(request));
  }
};

TEST_F(Sandboxed, EverySoftwareEncoderWorksAndAsksForNothingThatIsForbidden) {
  for (const auto& facts : media::encoder_table()) {
    if (facts.device != media::Device::none) continue;
    SCOPED_TRACE(facts.name);
    const auto report = run(tiny(facts.codec, std::string(facts.name)));
    EXPECT_EQ(report.outcome.end, jobs::End::completed) << report.outcome.error;
    EXPECT_THAT(report.log_tail, Not(HasSubstr("not permitted")));
    EXPECT_THAT(report.log_tail, Not(HasSubstr("Permission denied")));
    ASSERT_TRUE(report.sandbox);
    EXPECT_EQ(report.sandbox->mode, "best");
    EXPECT_EQ(report.sandbox->layers.size(), 7u);
  }
}

TEST_F(Sandboxed, AFileIsReadAndTheOutputIsTheOnlyFileThatIsMade) {
  const auto input = folder_ / "in.mkv";
  auto make = tiny(media::Codec::h264, "libx264");
  make.spec.output = input.string();
  ASSERT_EQ(run(make).outcome.end, jobs::End::completed);
  ASSERT_TRUE(publish(host().files, input, "t1").ok());
  auto request = tiny(media::Codec::h264, "libx264");
  request.spec.input = input.string();
  request.spec.output = (folder_ / "out.mp4").string();  // +faststart reads its own output again
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, jobs::End::completed) << report.outcome.error;
  EXPECT_THAT(host().files.list(folder_.path()).value(), testing::ElementsAre(".out.t1.mp4", "in.mkv"));
}

TEST_F(Sandboxed, AnOutputThatIsALinkIsRefused) {
  const auto request = tiny(media::Codec::h264, "libx264");
  const auto victim = folder_ / "victim";
  std::ofstream(victim) << "precious";
  std::filesystem::create_symlink(victim, temporary_output(request.spec.output, request.id));
  const auto report = run(request);
  EXPECT_EQ(report.outcome.end, jobs::End::failed);
  if (const auto why = sandbox::available(host(), "filesystem"); !why) GTEST_SKIP() << why.error().text();
  EXPECT_THAT(report.outcome.error, HasSubstr("is a link"));
  EXPECT_EQ(host().files.read(victim).value(), "precious");
}

TEST_F(Sandboxed, StrictRefusesWhereALayerIsMissingAndSaysWhich) {
  auto request = tiny(media::Codec::h264, "libx264");
  request.sandbox = sandbox::Mode::strict;
  const auto ffmpeg = media::find_ffmpeg(host(), "ffmpeg", environment_);
  const auto report = run_transcode(without_control_groups(), *meter_, *ffmpeg, environment_, request);
  EXPECT_EQ(report.outcome.end, jobs::End::failed);
  EXPECT_EQ(report.outcome.failure, jobs::FailureClass::node);
  EXPECT_THAT(report.outcome.error, HasSubstr("control_group (no control group could be made"));
}

TEST_F(Sandboxed, OffIsToldAndTheUsersOwnCommandIsNotContained) {
  auto request = tiny(media::Codec::h264, "libx264");
  request.sandbox = sandbox::Mode::off;
  const auto report = run(request);
  ASSERT_TRUE(report.sandbox);
  EXPECT_EQ(*report.sandbox, (jobs::Sandbox{"off", {}}));
  EXPECT_FALSE(Workshop::run(shell("echo hello > " + (folder_ / "made").string())).sandbox);
  EXPECT_TRUE(host().files.exists(folder_ / "made"));
}

}  // namespace
}  // namespace runner
