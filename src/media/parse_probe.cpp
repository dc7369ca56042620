// parse_probe(): ffprobe's JSON, read as something that a stranger may have written.
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "media/probe.h"
#include "media/shown.h"

namespace media {
namespace {

using base::Error;
using base::format;

// Real files have a handful; Matroska with many subtitles some forty.
constexpr std::size_t most_read_streams = 64;

// ffprobe writes most numbers as text. Nothing for N/A, zero, and what is not within `most`: unknown is never zero.
std::optional<double> positive(const json::Value& value, double most) {
  std::optional<double> number;
  if (value.is_string()) number = base::to_double(value.as_string());
  if (value.is_number()) number = value.as_number();
  if (!number || !(*number > 0 && *number <= most)) return std::nullopt;
  return number;
}

// "30000/1001"; "0/0" where ffprobe does not know.
std::optional<double> rational(const json::Value& value) {
  if (!value.is_string()) return std::nullopt;
  const auto parts = base::split(value.as_string(), '/');
  if (parts.size() != 2) return std::nullopt;
  const auto over = base::to_double(parts[0]), under = base::to_double(parts[1]);
  if (!over || !under || *under <= 0 || !(*over / *under > 0 && *over / *under <= 1000)) return std::nullopt;
  return *over / *under;
}

// A name out of ffmpeg's own tables. What else it may be is nothing to repeat.
base::Result<std::string> word(const json::Value& value) {
  if (!value.is_string()) return std::string();
  const std::string& text = value.as_string();
  const bool plain =
      text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == ',' || c == '-' || c == '.';
      });
  if (!plain) return Error::invalid(format("ffprobe answers a name that is none: '{}'", shown(text)));
  return text;
}

// ffprobe says "unknown" or "reserved" for what the stream does not tell.
base::Result<std::string> known_word(const json::Value& value) {
  FFWATT_TRY(auto text, word(value));
  return text == "unknown" || text == "reserved" || text == "unspecified" ? std::string() : text;
}

// An MP4 tells its mean rate exactly. FLV comes with a rate in its header that servers round down (29.97 to 29), so the
// rate that ffprobe finds in the time stamps is the better one there, unless it is their resolution.
std::optional<units::Hertz> rate_of(const json::Value& stream, std::string_view container) {
  const auto mean = rational(stream.at("avg_frame_rate")), least_common = rational(stream.at("r_frame_rate"));
  const bool by_stamps = !mean || (container == "flv" && least_common && *least_common <= 240);
  const auto rate = by_stamps ? least_common : mean;
  return rate ? std::optional(units::Hertz(*rate)) : std::nullopt;
}

base::Result<void> read_picture(const json::Value& stream, MediaFacts& facts) {
  FFWATT_TRY(facts.video_codec, word(stream.at("codec_name")));
  if (facts.video_codec.empty()) facts.video_codec = "unknown";
  FFWATT_TRY(facts.pixel_format, word(stream.at("pix_fmt")));
  FFWATT_TRY(facts.color_primaries, known_word(stream.at("color_primaries")));
  FFWATT_TRY(facts.color_transfer, known_word(stream.at("color_transfer")));
  FFWATT_TRY(facts.color_space, known_word(stream.at("color_space")));
  const auto width = positive(stream.at("width"), 65536), height = positive(stream.at("height"), 65536);
  if (width && height) facts.picture = units::PictureSize{static_cast<int>(*width), static_cast<int>(*height)};
  facts.rate = rate_of(stream, facts.container);
  for (const auto* key : {"nb_read_packets", "nb_frames"})
    if (const auto frames = positive(stream.at(key), 1e15); frames && !facts.frames)
      facts.frames = static_cast<std::int64_t>(*frames);
  if (!facts.duration)
    if (const auto seconds = positive(stream.at("duration"), 1e9)) facts.duration = units::Seconds(*seconds);
  return {};
}

}  // namespace

base::Result<MediaFacts> parse_probe(std::string_view text) {
  const json::Limits limits{.bytes = 1u << 20, .depth = 16, .nodes = 100'000};
  auto answer = json::parse(text, limits);
  if (!answer) return answer.error().in("ffprobe's answer");
  const auto& format_value = answer->at("format");
  const auto& streams = answer->at("streams");
  if (!streams.is_array() || !format_value.is_object())
    return Error::invalid("ffprobe's answer names no format and streams");
  if (streams.items().size() > most_read_streams)
    return Error::invalid(format("it has {} streams; at most {} are read", streams.items().size(), most_read_streams));

  MediaFacts facts;
  FFWATT_TRY(facts.container, word(format_value.at("format_name")));
  if (const auto seconds = positive(format_value.at("duration"), 1e9)) facts.duration = units::Seconds(*seconds);
  if (const auto bytes = positive(format_value.at("size"), 9e15)) facts.size = units::Bytes(*bytes);
  if (const auto rate = positive(format_value.at("bit_rate"), 1e15)) facts.bitrate = units::BitsPerSecond(*rate);
  for (const auto& stream : streams.items()) {
    const auto& type = stream.at("codec_type");
    const bool is_cover = positive(stream.at("disposition").at("attached_pic"), 1).has_value();
    if (type == json::Value("video") && !is_cover && facts.video_codec.empty())
      FFWATT_CHECK(read_picture(stream, facts));
    if (type == json::Value("audio") && facts.audio_codec.empty()) {
      FFWATT_TRY(facts.audio_codec, word(stream.at("codec_name")));
      if (facts.audio_codec.empty()) facts.audio_codec = "unknown";
    }
    if (type == json::Value("subtitle")) ++facts.subtitles;
  }
  if (facts.video_codec.empty() && facts.audio_codec.empty()) return Error::invalid("it holds no picture and no sound");
  return facts;
}

}  // namespace media
