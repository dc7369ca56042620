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
  if (spec.input && source) expected = least_of(expected, source->duration);
  if (!expected || !made.duration) return;
  const double difference = (*made.duration - *expected).value();
  const double allowed = std::max(0.5, 0.02 * expected->value());
  const bool may_be_shorter = spec.input && !(source && source->duration);
  if (difference > allowed || (difference < -allowed && !may_be_shorter))
    out.push_back(format("duration is {:.2f} s, expected {:.2f} s", made.duration->value(), expected->value()));
}

}  // namespace

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
  return out;
}

}  // namespace media
