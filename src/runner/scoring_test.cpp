// Scores of jobs: what they are is tested in src/quality; here that they are there, apart from the encode's figures,
// and that nothing that hinders them hurts the encode.
#include "runner/scoring.h"

#include "runner/run_transcode.h"
#include "runner/workshop_test.h"

namespace runner {
namespace {

using jobs::End;
using media::Metric;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class Scoring : public Workshop {
 protected:
  media::Ffmpeg ffmpeg() { return media::find_ffmpeg(host(), "ffmpeg", environment_).value(); }

  std::string film() {
    const auto path = (folder_ / "film.mkv").string();
    os::SpawnSpec spawn;
    spawn.program = ffmpeg().ffmpeg;
    spawn.arguments = {
        "-v",       "error",   "-nostdin", "-y",   "-f", "lavfi", "-i", "testsrc2=size=128x96:rate=20:duration=3",
        "-pix_fmt", "yuv420p", "-c:v",     "ffv1", path};
    spawn.environment = environment_;
    const auto made = os::run_and_collect(host().processes, host().clock, spawn, units::Seconds(60));
    EXPECT_TRUE(made.ok() && made->status.success());
    return path;
  }
  TranscodeRequest job(std::vector<Metric> metrics) {
    TranscodeRequest out;
    out.id = "s1", out.kind = "job";
    out.encoders = media::known_encoders();
    for (auto& encoder : out.encoders)
      if (encoder.name == "libx264") encoder.works = media::EncoderState::Works::yes;
    out.spec.input = film();
    out.spec.preset = "ultrafast";
    out.spec.crf = 30;
    out.spec.output = (folder_ / "out.mp4").string();
    out.spec.quality = std::move(metrics);
    return out;
  }
  jobs::Report run(TranscodeRequest request) {
    return run_transcode(host(), *meter_, ffmpeg(), environment_, std::move(request));
  }
};

TEST_F(Scoring, OfAJobStandsApartFromItsEncode) {
  const auto report = run(job({Metric::psnr, Metric::ssim}));
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  ASSERT_TRUE(report.scoring);
  const auto& scoring = *report.scoring;
  EXPECT_EQ(scoring.reason, "");
  ASSERT_EQ(scoring.quality.scores.size(), 2u);
  ASSERT_TRUE(scoring.quality.scores[0].pooled);
  EXPECT_GT(scoring.quality.scores[0].pooled->mean, 20);
  EXPECT_LT(scoring.quality.scores[1].pooled->mean, 1);
  EXPECT_EQ(scoring.quality.compared, 60);
  EXPECT_GT(scoring.quality.took, units::Seconds(0));

  // The meter's source is a steady 10 W: what each of the two took is its own time's worth, and the encode's ended
  // before the scoring began.
  ASSERT_TRUE(scoring.energy && scoring.energy->known());
  EXPECT_GT(scoring.energy->value(), units::Joules(0));
  const auto* own = jobs::headline(report.energy);
  ASSERT_TRUE(own && own->energy.known());
  EXPECT_LE(own->energy.value().value(), 10 * (report.timings.ended - report.timings.started).value() + 0.1);
  EXPECT_LT(report.timings.elapsed, report.timings.ended - report.timings.started + units::Seconds(0.1));
  EXPECT_THAT(report.caveats, testing::Not(Contains(HasSubstr("scored"))));
}

TEST_F(Scoring, OfAPartAtAnotherRateIsAgainstThatPartAtThatRate) {
  auto request = job({Metric::psnr});
  request.spec.start = units::Seconds(1), request.spec.duration = units::Seconds(1.5);
  request.spec.rate = units::Hertz(10), request.spec.crf = 1;
  const auto report = run(std::move(request));
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  ASSERT_TRUE(report.scoring && report.scoring->reason.empty()) << report.scoring->reason;
  EXPECT_EQ(report.scoring->quality.compared, 15);
  EXPECT_EQ(report.scoring->quality.offset, 0);
  // Other frames of this pattern are some 20 dB apart.
  EXPECT_GT(report.scoring->quality.scores.at(0).pooled->mean, 40);
  EXPECT_THAT(report.scoring->quality.notes, Contains(HasSubstr("the reference is brought to 10.0 fps")));
}

TEST_F(Scoring, ThatThisFfmpegCannotDoIsACaveatAndNoFailure) {
  auto request = job({Metric::psnr});
  request.spec.size = units::PictureSize{96, 96};  // another shape
  const auto report = run(std::move(request));
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  ASSERT_TRUE(report.scoring);
  EXPECT_THAT(report.scoring->reason, HasSubstr("another shape"));
  EXPECT_THAT(report.caveats, Contains(HasSubstr("the picture was not scored: the reference is 128x96")));
}

TEST_F(Scoring, HappensInTheSandbox) {
  auto request = job({Metric::ssim});
  request.sandbox = sandbox::Mode::best;
  const auto report = run(std::move(request));
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  ASSERT_TRUE(report.scoring);
  EXPECT_EQ(report.scoring->reason, "");
}

TEST_F(Scoring, IsNotDoneWhereNobodyAskedOrNothingWasMade) {
  EXPECT_FALSE(run(job({})).scoring);
  auto request = job({Metric::psnr});
  request.spec.input = (folder_ / "absent.mkv").string();
  EXPECT_FALSE(run(std::move(request)).scoring);
}

TEST_F(Scoring, EndsAtOnceWhenTheJobIsStopped) {
  std::stop_source stop;
  stop.request_stop();
  auto request = job({Metric::psnr});
  const auto scoring = score(host(), *meter_, ffmpeg(),
                             {.id = "s2",
                              .spec = request.spec,
                              .made = *request.spec.input,
                              .limit = std::nullopt,
                              .cancel = stop.get_token()});
  EXPECT_EQ(scoring.reason, "the job was stopped while it was scored");
  EXPECT_THAT(scoring.quality.scores, IsEmpty());
}

}  // namespace
}  // namespace runner
