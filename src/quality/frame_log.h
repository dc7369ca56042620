// What ffmpeg's filters write of each frame, read as something that may be cut, doubled or from a version that we do
// not know: psnr's, ssim's and xpsnr's own lines (stats_file), vif's metadata, libvmaf's JSON. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/picture_quality.h"

namespace quality {

// One value a frame, in their order. psnr and xpsnr may be infinite (identical frames); no other value is, and none is
// NaN. failed: what was written is none of it, or holds no frame.
base::Result<std::vector<double>> read_frames(media::Metric metric, std::string_view written);

}  // namespace quality
