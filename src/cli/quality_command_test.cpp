// `ffwatt quality` with the installed ffmpeg; what it computes is tested in src/quality.
#include <gmock/gmock.h>

#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/stage.h"
#include "json/json.h"

namespace cli {
namespace {

using testing::HasSubstr;

class QualityPage : public Stage {
 protected:
  std::string film(const std::string& name, const std::string& filter) {
    os::SpawnSpec spawn;
    spawn.program = *os::find_program("ffmpeg", environment_);
    const auto path = (folder_ / name).string();
    spawn.arguments = {
        "-v",       "error",   "-nostdin", "-f",   "lavfi", "-i", "testsrc2=size=128x96:rate=10:duration=1," + filter,
        "-pix_fmt", "yuv420p", "-c:v",     "ffv1", path};
    spawn.environment = environment_;
    const auto output = os::run_and_collect(host_.host().processes, host_.host().clock, spawn, units::Seconds(60));
    EXPECT_TRUE(output.ok() && output->status.success());
    return path;
  }
};

TEST_F(QualityPage, ShowsScoresWhereTheyAreAndReasonsWhereNot) {
  const auto film_a = film("a.mkv", "null"), film_b = film("b.mkv", "boxblur=2");
  ASSERT_EQ(ffwatt({"quality", film_a, film_b}), ok) << err();
  EXPECT_THAT(out(), HasSubstr("METRIC  MEAN"));
  EXPECT_THAT(out(), HasSubstr(" dB"));
  EXPECT_THAT(out(), HasSubstr("10 frames of 10 and 10, 128x96 yuv420p, 10.0 fps"));
}

TEST_F(QualityPage, JsonHasTheScoresByNameAndNoInfinity) {
  const auto film_a = film("a.mkv", "null");
  const auto csv = (folder_ / "frames.csv").string();
  ASSERT_EQ(ffwatt({"quality", film_a, film_a, "--metrics", "psnr,ssim", "--json", "--frames", csv}), ok) << err();
  const auto document = json::parse(out());
  ASSERT_TRUE(document.ok()) << out();
  EXPECT_EQ(document->at("schema"), json::Value("ffwatt.quality/1"));
  EXPECT_TRUE(document->at("psnr").at("mean").is_null());
  EXPECT_EQ(document->at("psnr").at("identical"), json::Value(true));
  EXPECT_EQ(document->at("ssim").at("mean").as_number(), 1);
  EXPECT_EQ(document->at("frames").at("compared"), json::Value(10));
  EXPECT_EQ(document->find("vmaf"), nullptr);
  const auto rows = files().read(csv);
  ASSERT_TRUE(rows.ok());
  EXPECT_THAT(*rows, HasSubstr("reference_frame,seconds,psnr,ssim\n0,0.000000,inf,1\n1,0.100000,inf,1\n"));
}

TEST_F(QualityPage, MetricThatWasNamedAndNotScoredIsAFailureWithTheRest) {
  const auto film_a = film("a.mkv", "null");
  ASSERT_EQ(ffwatt({"quality", film_a, film_a, "--metrics", "ssim,vmaf", "--model", "nowhere/none.json"}), failed);
  EXPECT_THAT(out(), HasSubstr("ssim"));
  EXPECT_THAT(err(), HasSubstr("vmaf was not scored: "));
}

TEST_F(QualityPage, WrongWordsAreTold) {
  EXPECT_EQ(ffwatt({"quality", "a.mkv"}), usage);
  EXPECT_EQ(ffwatt({"quality", "a.mkv", "b.mkv", "--metrics", "psnrr"}), usage);
  EXPECT_THAT(err(), HasSubstr("psnr"));
  EXPECT_EQ(ffwatt({"quality", "a.mkv", "b.mkv", "--model", "v9"}), usage);
  EXPECT_THAT(err(), HasSubstr("--model: 'v9' is no VMAF model"));
  EXPECT_EQ(ffwatt({"quality", "/nowhere/a.mkv", "/nowhere/b.mkv"}), failed);
  EXPECT_THAT(err(), HasSubstr("/nowhere/a.mkv: No such file"));
}

}  // namespace
}  // namespace cli
