// container_of(): which file format a spec is written in.
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "media/command_line.h"
#include "media/shown.h"

namespace media {
namespace {

// What WebM allows (webmproject.org, container guidelines): VP8, VP9 and AV1 with Vorbis or Opus, and WebVTT, which
// ffwatt does not make. Copied sound may be anything.
base::Result<std::string> webm(const TranscodeSpec& spec) {
  if (spec.codec != Codec::vp9 && spec.codec != Codec::av1)
    return base::Error::invalid(
        base::format("WebM carries vp9 and av1, not {}; name the output .mp4 or .mkv", name(spec.codec)));
  if (spec.audio != Audio::none && spec.audio != Audio::opus)
    return base::Error::invalid(
        base::format("WebM carries Vorbis and Opus sound only, which audio {} does not give; name the "
                     "output .mkv, or use audio opus or none",
                     name(spec.audio)));
  if (spec.subtitles == Subtitles::copy)
    return base::Error::invalid("WebM carries WebVTT subtitles only; name the output .mkv, or use subtitles none");
  return std::string("webm");
}

}  // namespace

base::Result<std::string> container_of(const TranscodeSpec& spec) {
  if (spec.output.empty()) {
    if (spec.subtitles == Subtitles::copy) return std::string("mkv");
    if (spec.codec != Codec::vp9) return std::string("mp4");
    return std::string(spec.audio == Audio::none || spec.audio == Audio::opus ? "webm" : "mkv");
  }
  const auto file = std::string_view(spec.output).substr(spec.output.rfind('/') + 1);
  const auto dot = file.rfind('.');
  const std::string extension = dot == std::string_view::npos ? "" : base::lower(file.substr(dot + 1));
  if (extension == "mp4" && spec.subtitles == Subtitles::copy)
    return base::Error::invalid(
        "MP4 carries subtitles in a form of its own, so they cannot be copied into it; name the output .mkv, or use "
        "subtitles none");
  if (extension == "mp4" || extension == "mkv") return extension;  // every codec of ours goes into both
  if (extension == "webm") return webm(spec);
  static const std::array<std::string, 3> known{"mp4", "mkv", "webm"};
  return base::Error::invalid(
      base::format("'{}' does not end in a container that ffwatt writes; name it .mp4, .mkv or .webm.{}", shown(file),
                   base::did_you_mean(shown(extension, 64), known)));
}

}  // namespace media
