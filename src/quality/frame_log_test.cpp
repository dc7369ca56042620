// The texts are those of FFmpeg 4.1 (libvmaf 1.3.7), 5.1 and, of xpsnr, the format of FFmpeg 7.1's source.
#include "quality/frame_log.h"

#include <gmock/gmock.h>

#include <cmath>

namespace quality {
namespace {

using media::Metric;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<double> read(Metric metric, std::string_view text) {
  const auto values = read_frames(metric, text);
  EXPECT_TRUE(values.ok()) << (values ? "" : values.error().text());
  return values.value_or({});
}
std::string fault(Metric metric, std::string_view text) {
  const auto values = read_frames(metric, text);
  EXPECT_FALSE(values.ok()) << text;
  return values ? "" : values.error().text();
}

TEST(FrameLog, OfPsnrIsTheAverageOfAllPlanesWithIdenticalFramesInfinite) {
  const auto values =
      read(Metric::psnr,
           "n:1 mse_avg:0.00 mse_y:0.00 mse_u:0.00 mse_v:0.00 psnr_avg:inf psnr_y:inf psnr_u:inf \n"
           "n:2 mse_avg:0.01 mse_y:0.01 mse_u:0.00 mse_v:0.00 psnr_avg:69.63 psnr_y:67.87 psnr_u:inf \n");
  ASSERT_EQ(values.size(), 2u);
  EXPECT_TRUE(std::isinf(values[0]));
  EXPECT_DOUBLE_EQ(values[1], 69.63);
}

TEST(FrameLog, OfSsimIsThatOfAllPlanes) {
  EXPECT_THAT(read(Metric::ssim,
                   "n:1 Y:1.000000 U:1.000000 V:1.000000 All:1.000000 (inf)\n"
                   "n:2 Y:0.999956 U:1.000000 V:1.000000 All:0.999970 (45.299152)\n"),
              ElementsAre(1.0, 0.99997));
}

TEST(FrameLog, OfXpsnrIsThatOfLumaWithoutTheSummary) {
  EXPECT_THAT(read(Metric::xpsnr,
                   "n:    1  XPSNR y: 38.1234  XPSNR u: 41.0000  XPSNR v: 42.5000\n"
                   "n:    2  XPSNR y: 37.5000  XPSNR u: 41.0000  XPSNR v: 42.5000\n\n"
                   "XPSNR average, 2 frames  y: 37.8117  u: 41.0000  v: 42.5000  (minimum: 37.8117)\n"),
              ElementsAre(38.1234, 37.5));
}

TEST(FrameLog, OfVifIsThatOfTheFullScale) {
  EXPECT_THAT(read(Metric::vif,
                   "frame:0    pts:0       pts_time:0\nlavfi.vif.scale.0=1.000000\nlavfi.vif.scale.1=0.9\n"
                   "frame:1    pts:1       pts_time:0.0416667\nlavfi.vif.scale.0=0.812345\n"),
              ElementsAre(1.0, 0.812345));
}

constexpr auto kVmaf = R"(Some warning before {it}
{
  "version":"1.3.7",
  "params":{ "model":"vmaf_v0.6.1.pkl", "subsample":1 },
  "metrics":[ "adm2", "vmaf" ],
  "frames":[
    { "frameNum":0, "metrics":{ "adm2":1.0, "vmaf":97.42804 } },
    { "frameNum":1, "metrics":{ "adm2":1.00505, "vmaf":98.52907 } }
  ]
}
)";

TEST(FrameLog, OfVmafIsReadOutOfWhatElseWasSaid) {
  EXPECT_THAT(read(Metric::vmaf, kVmaf), ElementsAre(97.42804, 98.52907));
}

TEST(FrameLog, ThatIsNoneIsAFaultAndNeverAScoreOfNothing) {
  for (const auto metric : media::all_metrics()) {
    EXPECT_NE(fault(metric, ""), "");
    EXPECT_NE(fault(metric, "PSNR y:35.1 average:36.2 min:30 max:inf\n"), "");
  }
  EXPECT_THAT(fault(Metric::psnr, "n:1 psnr_avg:nan \n"), HasSubstr("no number of frame 1"));
  EXPECT_THAT(fault(Metric::ssim, "n:1 All:inf (inf)\n"), HasSubstr("no number of frame 1"));
  EXPECT_THAT(fault(Metric::psnr, "n:1 psnr_avg:30.00 \nn:3 psnr_avg:30.00 \n"), HasSubstr("frame 3 where frame 2"));
  EXPECT_THAT(fault(Metric::vmaf, "{\n\"frames\":[{\"frameNum\":0,\"metrics\":{\"adm2\":1}}]}"),
              HasSubstr("no vmaf of frame 0"));
  EXPECT_THAT(fault(Metric::vmaf, "{\n\"frames\":[{\"frameNum\":7,\"metrics\":{\"vmaf\":1}}]}"),
              HasSubstr("another number"));
  EXPECT_THAT(fault(Metric::vmaf, std::string(kVmaf).substr(0, 200)), HasSubstr("libvmaf's log"));
}

}  // namespace
}  // namespace quality
