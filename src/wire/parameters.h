// The fields of `parameters`, each as it was given or not at all. Inside of `wire`.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "json/reader.h"
#include "media/transcode_spec.h"

namespace wire {

// Of one output; a ladder's renditions have these alone.
struct PictureParameters {
  std::optional<std::string> encoder, preset, pixel_format, output;
  std::optional<media::Codec> codec;
  std::optional<units::BitsPerSecond> bitrate;
  std::optional<int> crf, gop;
  std::optional<units::PictureSize> size;
  std::optional<units::Hertz> rate;
};

struct Parameters : PictureParameters {
  std::optional<std::string> input, rtmp_url;
  std::optional<units::Seconds> start, duration;
  std::optional<int> threads, passes, streams;
  std::optional<media::Audio> audio;
  std::optional<media::Subtitles> subtitles;
  std::optional<media::OutputMode> output_mode;
  std::optional<std::vector<PictureParameters>> outputs;
  std::optional<std::vector<media::Metric>> quality;  // ["psnr", "ssim"], "psnr,ssim" or "none"
};

// Reads form, not sense: ranges and what fits together are media::check's.
Parameters read_given(json::Reader& reader);

// A number in the field's unit, or text with a unit: 90, "90s", "1m30s"; 5000000, "5000k".
std::optional<units::Seconds> read_duration(json::Reader& reader, std::string_view key);

std::span<const std::string_view> parameter_names();  // in the order of the documentation
// Known words of the interface that this version does not carry out: "chunks"
std::span<const std::string_view> later_parameter_names();

}  // namespace wire
