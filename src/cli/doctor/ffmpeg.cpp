#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "cli/doctor/checks.h"
#include "media/encoders.h"

namespace cli::doctor {
namespace {

using State = wire::Check::State;

constexpr std::array codecs{media::Codec::h264, media::Codec::h265, media::Codec::vp9, media::Codec::av1};

bool works(const media::EncoderState& encoder) { return encoder.works == media::EncoderState::Works::yes; }

// Told only where it is missing: H.264 is what every scenario falls back to, without the others some scenarios fail.
std::optional<wire::Check> missing_codec(media::Codec codec, const std::vector<media::EncoderState>& encoders) {
  const auto helps = [&](const auto& encoder) { return encoder.codec == codec && works(encoder); };
  if (std::any_of(encoders.begin(), encoders.end(), helps)) return std::nullopt;
  return wire::Check{base::format("encode {}", media::name(codec)),
                     codec == media::Codec::h264 ? State::to_fix : State::warning,
                     "no encoder of this codec works here, see below", "apt install ffmpeg"};
}

}  // namespace

std::vector<wire::Check> check_ffmpeg(Context& context, std::string_view ffmpeg_name) {
  const auto ffmpeg = media::find_ffmpeg(context.host, ffmpeg_name, context.environment);
  if (!ffmpeg) return {{"ffmpeg", State::to_fix, ffmpeg.error().text(), "apt install ffmpeg"}};
  std::vector<wire::Check> out{
      {"ffmpeg", State::ok, base::format("{} at {}", ffmpeg->version, ffmpeg->ffmpeg.string()), ""}};
  const auto encoders = media::probe_encoders(context.host, *ffmpeg, context.environment);
  for (const auto codec : codecs)
    if (const auto row = missing_codec(codec, encoders)) out.push_back(*row);
  for (const auto& encoder : encoders) {
    if (works(encoder)) {
      const auto where = encoder.device.empty() ? std::string() : " on " + encoder.device;
      out.push_back(
          {encoder.name, State::ok, base::format("encodes {}{} (tried)", media::name(encoder.codec), where), ""});
    } else {
      out.push_back({encoder.name, State::not_here, encoder.reason, ""});
    }
  }
  return out;
}

}  // namespace cli::doctor
