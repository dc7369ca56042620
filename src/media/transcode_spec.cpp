#include "media/transcode_spec.h"

#include <array>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "media/shown.h"
#include "media/target_check.h"

namespace media {
namespace {

constexpr std::array<std::string_view, 4> codec_names{"h264", "h265", "vp9", "av1"};
constexpr std::array<std::string_view, 4> audio_names{"none", "copy", "aac", "opus"};
constexpr std::array<std::string_view, 2> subtitles_names{"none", "copy"};
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

// "/out/a.mp4" and "-2" make "/out/a-2.mp4".
std::string with_suffix(const std::string& path, const std::string& suffix) {
  const auto file = path.rfind('/') + 1;
  const auto dot = path.rfind('.');
  const bool has_extension = dot != std::string::npos && dot > file;
  return has_extension ? path.substr(0, dot) + suffix + path.substr(dot) : path + suffix;
}

}  // namespace

std::string_view name(Codec codec) { return codec_names[static_cast<std::size_t>(codec)]; }
std::string_view name(Audio audio) { return audio_names[static_cast<std::size_t>(audio)]; }
std::string_view name(Subtitles subtitles) { return subtitles_names[static_cast<std::size_t>(subtitles)]; }
std::string_view name(OutputMode mode) { return mode_names[static_cast<std::size_t>(mode)]; }

base::Result<Codec> parse_codec(std::string_view text) {
  if (text == "hevc") return Codec::h265;
  return parse<Codec>(text, "a codec", codec_names);
}
base::Result<Audio> parse_audio(std::string_view text) {
  return parse<Audio>(text, "a way to treat audio", audio_names);
}
base::Result<Subtitles> parse_subtitles(std::string_view text) {
  return parse<Subtitles>(text, "a way to treat subtitles", subtitles_names);
}
base::Result<OutputMode> parse_output_mode(std::string_view text) {
  return parse<OutputMode>(text, "an output mode", mode_names);
}

std::vector<TranscodeSpec> renditions(const TranscodeSpec& spec) {
  if (spec.outputs.empty()) return {spec};
  std::vector<TranscodeSpec> out;
  for (const auto& rendition : spec.outputs) {
    auto& one = out.emplace_back(spec);
    static_cast<Rendition&>(one) = rendition;
    one.outputs.clear();
  }
  return out;
}

TranscodeSpec stream_of(const TranscodeSpec& spec, int number) {
  auto one = spec;
  one.streams = 1;
  if (spec.streams == 1) return one;
  const auto suffix = base::format("-{}", number);
  if (!one.output.empty()) one.output = with_suffix(one.output, suffix);
  if (const auto query = one.rtmp_url.find('?'); !one.rtmp_url.empty())
    one.rtmp_url.insert(query == std::string::npos ? one.rtmp_url.size() : query, suffix);
  return one;
}

std::vector<std::string> output_files(const TranscodeSpec& spec) {
  std::vector<std::string> out;
  if (spec.output_mode != OutputMode::file) return out;
  for (int i = 1; i <= spec.streams; ++i)
    for (auto& one : renditions(stream_of(spec, i))) out.push_back(std::move(one.output));
  return out;
}

std::vector<std::string> roots_of(const TranscodeSpec& spec) {
  std::set<std::string> names;
  const auto add = [&names](const std::string& path) {
    if (auto name = root_of_path(path); !name.empty()) names.insert(std::move(name));
  };
  if (spec.input) add(*spec.input);
  for (const auto& output : output_files(spec)) add(output);
  return {names.begin(), names.end()};
}

// Here, and not in each file that includes the header: every optional member makes them longer.
bool Rendition::operator==(const Rendition&) const = default;
bool TranscodeSpec::operator==(const TranscodeSpec&) const = default;

}  // namespace media
