// How near a made picture is to its source, as values: which metrics there are, and what a comparison found. What
// computes them is src/quality; a job names the metrics and a report carries the scores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "units/parse.h"
#include "units/quantity.h"

namespace media {

// psnr: over all planes, in dB. ssim: over all planes, to 1. xpsnr: of luma, in dB. vif: at full scale, to 1. vmaf: 0
// to 100. Persisted by name.
enum class Metric { psnr, ssim, xpsnr, vif, vmaf };
std::string_view name(Metric metric);
base::Result<Metric> parse_metric(std::string_view text);  // invalid: names all
std::vector<Metric> all_metrics();
std::vector<std::string> metric_names();

// Of a film's frames. Those in dB are pooled over the error that they stand for, so that one identical frame (infinite
// dB) does not make the film infinite; infinite where all frames are identical.
struct Pooled {
  double mean = 0;
  double harmonic_mean =
      0;  // of the frames' values; of VMAF, which may be 0, that of value + 1, less 1, as libvmaf has it
  double first_percentile = 0;
  double worst_second = 0;           // the mean of the worst stretch of one second
  units::Seconds worst_second_at{};  // where that begins, in the reference
  bool operator==(const Pooled&) const = default;
};

struct MetricScore {
  Metric metric = Metric::psnr;
  std::optional<Pooled> pooled{};  // absent: not scored
  std::string reason{};            // why not; empty where scored
  std::string model{};             // of vmaf
  bool operator==(const MetricScore&) const = default;
};

struct PictureQuality {
  std::vector<MetricScore> scores;
  std::int64_t compared = 0, reference_frames = 0, distorted_frames = 0;
  std::int64_t offset = 0;    // the distorted film's frame 0 is the reference's frame `offset`
  units::PictureSize size{};  // in which it was compared: the reference's
  std::string pixel_format{};
  units::Hertz rate{};
  std::vector<std::string> notes{};  // what was done to make the two comparable, and what was found
  units::Seconds took{};             // of aligning and scoring; never a part of any encode's time
  std::string ffmpeg{};              // the version that scored
  bool operator==(const PictureQuality&) const = default;
};

}  // namespace media
