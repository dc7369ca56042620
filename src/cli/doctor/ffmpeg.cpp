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

// One row a codec: it is enough that one of its encoders works; H.264 is what every scenario falls back to.
wire::Check codec_row(media::Codec codec, const std::vector<media::EncoderState>& encoders) {
  std::vector<std::string> good;
  for (const auto& encoder : encoders)
    if (encoder.codec == codec && works(encoder)) good.push_back(encoder.name);
  wire::Check row{base::format("encode {}", media::name(codec)), State::ok, "", ""};
  if (!good.empty()) {
    row.text = base::format("{}: encoded test frames", base::join(good, ", "));
  } else {
    row.state = codec == media::Codec::h264 ? State::to_fix : State::warning;
    row.text = "no encoder of this codec works here, see below";
  }
  return row;
}

}  // namespace

std::vector<wire::Check> check_ffmpeg(Context& context, std::string_view ffmpeg_name) {
  const auto ffmpeg = media::find_ffmpeg(context.host, ffmpeg_name, context.environment);
  if (!ffmpeg) return {{"ffmpeg", State::to_fix, ffmpeg.error().text(), "apt install ffmpeg"}};
  std::vector<wire::Check> out{
      {"ffmpeg", State::ok, base::format("{} at {}", ffmpeg->version, ffmpeg->ffmpeg.string()), ""}};
  const auto encoders = media::probe_encoders(context.host, *ffmpeg, context.environment);
  for (const auto codec : codecs) out.push_back(codec_row(codec, encoders));
  for (const auto& encoder : encoders)
    if (!works(encoder)) out.push_back({encoder.name, State::not_here, encoder.reason, ""});
  return out;
}

}  // namespace cli::doctor
