// Compares a film with the one that it was made from, frame by frame: looks at both, finds which frame belongs to
// which, scores. Read this header first. Blocking: decodes both films once, and once more for each metric.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "media/encoders.h"
#include "media/picture_quality.h"
#include "os/host.h"
#include "quality/film.h"
#include "quality/filters.h"

namespace quality {

struct Request {
  os::Path reference, distorted;  // absolute
  std::vector<media::Metric> metrics = media::all_metrics();
  VmafModel model{};
  // as_they_lie: frame 0 with frame 0, whatever they show.
  enum class Align { by_picture, as_they_lie } align = Align::by_picture;
  units::Seconds most_shift{10};  // looked for, either way
  int threads = 1;                // of libvmaf
  // What of the reference was encoded, and at what rate: as ffmpeg's -ss, -t and fps made the distorted film of it.
  Part part{};
  units::Seconds limit{24 * 3600};  // of one run of ffmpeg
};

struct Comparison {
  media::PictureQuality quality;
  // One a metric in the order of quality.scores: the value of each compared frame; empty where it was not scored.
  std::vector<std::vector<double>> frames;
};

// A metric that this ffmpeg cannot compute has a reason instead of a score. invalid: the films cannot be compared
// (other rate or shape, HDR with SDR, no picture, frames that are lost in the middle, a cut file), or none of the
// metrics could be computed; absent, denied: a file is not there or may not be read.
base::Result<Comparison> compare(os::Host& host, const media::Ffmpeg& ffmpeg, const Request& request);

}  // namespace quality
