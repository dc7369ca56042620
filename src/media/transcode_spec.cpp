#include "media/transcode_spec.h"

#include <array>

#include "base/format.h"
#include "base/text.h"
#include "media/shown.h"

namespace media {
namespace {

constexpr std::array<std::string_view, 4> codec_names{"h264", "h265", "vp9", "av1"};
constexpr std::array<std::string_view, 3> audio_names{"none", "copy", "aac"};
constexpr std::array<std::string_view, 3> mode_names{"file", "rtmp", "null"};

template <class Enum, std::size_t N>
base::Result<Enum> parse(std::string_view text, std::string_view what, const std::array<std::string_view, N>& names) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == text) return static_cast<Enum>(i);
  const std::vector<std::string> candidates(names.begin(), names.end());
  const std::string given = shown(text, 64);
  return base::Error::invalid(base::format("'{}' is not {}; one of {}.{}", given, what, base::join(candidates, ", "),
                                           base::did_you_mean(given, candidates)));
}

}  // namespace

std::string_view name(Codec codec) { return codec_names[static_cast<std::size_t>(codec)]; }
std::string_view name(Audio audio) { return audio_names[static_cast<std::size_t>(audio)]; }
std::string_view name(OutputMode mode) { return mode_names[static_cast<std::size_t>(mode)]; }

base::Result<Codec> parse_codec(std::string_view text) {
  if (text == "hevc") return Codec::h265;
  return parse<Codec>(text, "a codec", codec_names);
}
base::Result<Audio> parse_audio(std::string_view text) {
  return parse<Audio>(text, "a way to treat audio", audio_names);
}
base::Result<OutputMode> parse_output_mode(std::string_view text) {
  return parse<OutputMode>(text, "an output mode", mode_names);
}

}  // namespace media
