// What a media file or a played stream really is, by ffprobe. Never by what was asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/encoders.h"
#include "media/transcode_spec.h"
#include "os/host.h"

namespace media {

struct MediaFacts {
  std::string container;  // format_name: "mov,mp4,…"
  std::optional<units::Seconds> duration;
  std::optional<units::Bytes> size;
  std::optional<units::BitsPerSecond> bitrate;
  std::string video_codec;  // h264, hevc, vp9, av1; empty where there is no picture
  std::optional<units::PictureSize> picture;
  std::optional<units::Hertz> rate;
  std::string pixel_format;
  std::optional<std::int64_t> frames;  // where the container says, or counted
  std::string audio_codec;             // empty where there is no sound
  bool operator==(const MediaFacts&) const = default;
};

// `target` is a path or an rtmp:// URL. invalid: not media, empty, cut (ffprobe's words); absent: no such file;
// retry: it took longer than `limit`.
base::Result<MediaFacts> probe(os::Host& host, const Ffmpeg& ffmpeg, const std::string& target, units::Seconds limit);
base::Result<MediaFacts> parse_probe(std::string_view ffprobe_json);

// Where what was made differs from what was asked: codec, size, rate (1 %), duration (0.5 s or 2 %). One text each.
std::vector<std::string> differences(const TranscodeSpec& spec, const MediaFacts& made);

}  // namespace media
