// What ffmpeg and libvmaf write of each frame: no value that is none, and nothing pooled from it that is NaN.
#include <cmath>

#include "os_testing/fuzz_target.h"
#include "quality/filters.h"
#include "quality/frame_log.h"
#include "quality/pooling.h"

namespace os_testing {

std::vector<std::string> fuzz_seeds() {
  return {"n:1 mse_avg:0.00 mse_y:0.00 psnr_avg:inf psnr_y:inf \nn:2 mse_avg:0.01 psnr_avg:69.63 psnr_y:67.87 \n",
          "n:1 Y:1.000000 U:1.000000 V:1.000000 All:1.000000 (inf)\nn:2 Y:0.9 U:1.0 V:1.0 All:0.999970 (45.299152)\n",
          "n:    1  XPSNR y: 38.1234  XPSNR u: 41.0000  XPSNR v: 42.5000\n\nXPSNR average, 1 frames  y: 37.8117\n",
          "frame:0    pts:0       pts_time:0\nlavfi.vif.scale.0=1.000000\nlavfi.vif.scale.1=0.9\n",
          "{\n\"frames\":[{\"frameNum\":0,\"metrics\":{\"vmaf\":97.4}},{\"frameNum\":1,\"metrics\":{\"vmaf\":1e300}}]}",
          " TS. psnr              VV->V      x\n ... libvmaf           VV->V      x\n  model  <string>  x\n"};
}

void fuzz_one(std::string_view text) {
  for (const auto metric : media::all_metrics()) {
    const auto frames = quality::read_frames(metric, text);
    if (!frames) {
      promise(!frames.error().text().empty(), "a fault without a word");
      continue;
    }
    promise(!frames->empty(), "a film of no frames");
    for (const double value : *frames) promise(!std::isnan(value), "a frame that is NaN");
    const auto pooled = quality::pool(metric, *frames, units::Hertz(25));
    promise(pooled.has_value(), "frames that give no score");
  }
  (void)quality::parse_support(text, text);
  if (const auto model = quality::parse_model(text)) promise(!model->shown().empty(), "a model without a name");
  (void)quality::filter_value(text);
}

}  // namespace os_testing
