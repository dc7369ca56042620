// What a media file or a played stream really is, by ffprobe. Never by what was asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "media/encoders.h"
#include "media/transcode_spec.h"
#include "os/host.h"

namespace media {

struct MediaFacts {
  std::string container;                   // format_name: "mov,mp4,…"
  std::optional<units::Seconds> duration;  // absent for a stream that is still on
  std::optional<units::Bytes> size;
  std::optional<units::BitsPerSecond> bitrate;
  std::string video_codec;  // h264, hevc, vp9, av1; empty where there is no picture
  std::optional<units::PictureSize> picture;
  std::optional<units::Hertz> rate;  // absent too for a stream of which less than a second was seen
  std::string pixel_format;
  std::optional<std::int64_t> frames;  // counted, or what the container says
  std::string audio_codec;             // empty where there is no sound
  int subtitles = 0;                   // how many streams of them
  // As the stream says them, in ffprobe's words (ITU-T H.273): bt2020, smpte2084; empty where it does not.
  std::string color_primaries, color_transfer, color_space;
  bool operator==(const MediaFacts&) const = default;
};

// HDR by its transfer function: PQ (SMPTE ST 2084, of HDR10) or HLG (ARIB STD-B67).
bool is_hdr(const MediaFacts& facts);

// `target` is a path, an rtmp:// URL or a relay's http:// URL. Blocks up to `limit`. invalid: not media, empty, cut
// (ffprobe's words); absent: no such file; denied: it may not be read; retry: it took longer than `limit`, or nobody
// answers at the URL (a server keeps a player of a stream that is not there waiting, so that is a matter of the limit
// too). Every packet of a file up to 256 MiB is read (not decoded): that finds a cut file and counts frames where the
// container does not say them.
base::Result<MediaFacts> probe(os::Host& host, const Ffmpeg& ffmpeg, const std::string& target, units::Seconds limit);

// ffprobe's answer (-print_format json). Pictures that are covers do not count; numbers that are none, zero or out of
// any range are absent. invalid: no such answer, more than 64 streams, no picture and no sound.
base::Result<MediaFacts> parse_probe(std::string_view ffprobe_json);

// Where what was made differs from what was asked: codec, sound, subtitles, size, rate (1 %), pixel format, HDR that
// was kept, duration (0.5 s or 2 %, the larger). Of one output: a ladder's renditions() are looked at one by one. One
// text each. A file may be shorter than the spec's duration, so `source` (its facts, where known) says how long the
// result must be; without it only a result that is too long is told.
std::vector<std::string> differences(const TranscodeSpec& spec, const MediaFacts& made,
                                     const MediaFacts* source = nullptr);

}  // namespace media
