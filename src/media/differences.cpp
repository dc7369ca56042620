// differences(): the promise of a spec against the facts of its result.
#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "media/probe.h"

namespace media {
namespace {

using base::format;

std::string_view ffprobe_name(Codec codec) { return codec == Codec::h265 ? "hevc" : name(codec); }

std::optional<units::Seconds> least_of(std::optional<units::Seconds> a, std::optional<units::Seconds> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

void compare_size(const TranscodeSpec& spec, const MediaFacts& made, const MediaFacts* source,
                  std::vector<std::string>& out) {
  const auto size = spec.size || !source ? spec.size : source->picture;
  if (!size || !made.picture || *made.picture == *size) return;
  // ffmpeg turns the picture of a phone held upright; its file tells the size before the turn.
  const bool turned = !spec.size && made.picture->width == size->height && made.picture->height == size->width;
  if (turned) return;
  out.push_back(
      format("size is {}x{}, expected {}x{}", made.picture->width, made.picture->height, size->width, size->height));
}

void compare_duration(const TranscodeSpec& spec, const MediaFacts& made, const MediaFacts* source,
                      std::vector<std::string>& out) {
  auto expected = spec.duration;
  if (spec.input && source) {
    auto rest = source->duration;
    if (rest && spec.start) rest = std::max(units::Seconds(0), *rest - *spec.start);
    expected = least_of(expected, rest);
  }
  if (!expected || !made.duration) return;
  const double difference = (*made.duration - *expected).value();
  const double allowed = std::max(0.5, 0.02 * expected->value());
  const bool may_be_shorter = spec.input && !(source && source->duration);
  if (difference > allowed || (difference < -allowed && !may_be_shorter))
    out.push_back(format("duration is {:.2f} s, expected {:.2f} s", made.duration->value(), expected->value()));
}

// Hardware encoders' names for the same: semi-planar and planar 4:2:0 hold the same samples.
bool same_pixels(std::string_view made, std::string_view asked) {
  return made == asked || (asked == "yuv420p" && (made == "nv12" || made == "yuvj420p")) ||
         (asked == "yuv420p10le" && made == "p010le");
}

void compare_pixels(const TranscodeSpec& spec, const MediaFacts& made, const MediaFacts* source,
                    std::vector<std::string>& out) {
  if (!made.pixel_format.empty() && !same_pixels(made.pixel_format, spec.pixel_format))
    out.push_back(format("pixel format is {}, asked for {}", made.pixel_format, spec.pixel_format));
  const bool ten_bits = spec.pixel_format == "yuv420p10le";
  if (!ten_bits || !source || !is_hdr(*source)) return;
  if (made.color_transfer != source->color_transfer || made.color_primaries != source->color_primaries)
    out.push_back(format("HDR was lost: transfer is {}, primaries are {}; the input has {} and {}",
                         made.color_transfer.empty() ? "not told" : made.color_transfer,
                         made.color_primaries.empty() ? "not told" : made.color_primaries, source->color_transfer,
                         source->color_primaries.empty() ? "none" : source->color_primaries));
}

}  // namespace

bool is_hdr(const MediaFacts& facts) {
  return facts.color_transfer == "smpte2084" || facts.color_transfer == "arib-std-b67";
}

std::vector<std::string> differences(const TranscodeSpec& spec, const MediaFacts& made, const MediaFacts* source) {
  std::vector<std::string> out;
  if (made.video_codec.empty())
    out.emplace_back("it holds no picture");
  else if (made.video_codec != ffprobe_name(spec.codec))
    out.push_back(format("codec is {}, asked for {}", made.video_codec, name(spec.codec)));

  compare_size(spec, made, source, out);

  auto rate = spec.rate;
  if (!rate && source) rate = source->rate;
  if (rate && made.rate && std::abs(made.rate->value() - rate->value()) > 0.01 * rate->value())
    out.push_back(format("frame rate is {:.3f}, expected {:.3f}", made.rate->value(), rate->value()));

  compare_pixels(spec, made, source, out);
  compare_duration(spec, made, source, out);

  if (spec.audio == Audio::none && !made.audio_codec.empty())
    out.push_back(format("it holds {} sound, asked for none", made.audio_codec));
  // A file may have no sound to take; a generated tone is always there. But of a stream too little may have been seen,
  // and then its rate is absent too.
  const bool seen = spec.output_mode != OutputMode::rtmp || made.rate;
  const bool sound_expected = seen && (!spec.input || (source && !source->audio_codec.empty()));
  if (spec.audio != Audio::none && made.audio_codec.empty() && sound_expected) out.emplace_back("it holds no sound");
  if (spec.audio == Audio::aac && !made.audio_codec.empty() && made.audio_codec != "aac")
    out.push_back(format("sound is {}, asked for aac", made.audio_codec));
  if (spec.audio == Audio::opus && !made.audio_codec.empty() && made.audio_codec != "opus")
    out.push_back(format("sound is {}, asked for opus", made.audio_codec));
  const int subtitles = spec.subtitles == Subtitles::copy && source ? source->subtitles : 0;
  if (made.subtitles != subtitles && (source || spec.subtitles == Subtitles::none))
    out.push_back(format("it holds {} streams of subtitles, expected {}", made.subtitles, subtitles));
  return out;
}

}  // namespace media
