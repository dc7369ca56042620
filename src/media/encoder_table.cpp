#include "media/encoder_table.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace media {
namespace {

constexpr std::string_view x264_words = "ultrafast superfast veryfast faster fast medium slow slower veryslow placebo";
// cpu-used above 5 means nothing more with deadline good (libvpx 1.12, vpxenc --help).
constexpr std::string_view vpx_words =
    "best good-0 good-1 good-2 good-3 good-4 good-5 realtime-0 realtime-1 realtime-2 realtime-3 realtime-4 realtime-5 "
    "realtime-6 realtime-7 realtime-8 realtime-9";
constexpr std::string_view svt_words = "0 1 2 3 4 5 6 7 8 9 10 11 12 13";
constexpr std::string_view aom_words = "0 1 2 3 4 5 6 7 8";
constexpr std::string_view nvenc_words = "p1 p2 p3 p4 p5 p6 p7";
constexpr std::string_view qsv_words = "veryfast faster fast medium slow slower veryslow";

// Thread limits: X264_THREAD_MAX of x264.h; 64 in vpx_encoder.h and aom_encoder.h; SVT-AV1 and x265 take a pool size.
// A hardware encoder's threads only feed it, so any number goes. Two passes: ffmpeg's wrapper of SVT-AV1 has no -pass
// (FFmpeg 5.1, libavcodec/libsvtav1.c), nor have those of QSV and VAAPI; NVENC looks twice at each frame (-multipass).
constexpr std::array table{
    EncoderFacts{"libx264", Codec::h264, Device::none, x264_words, "medium", 128, TwoPass::by_ffmpeg},
    EncoderFacts{"libx265", Codec::h265, Device::none, x264_words, "medium", 512, TwoPass::by_x265},
    EncoderFacts{"libvpx-vp9", Codec::vp9, Device::none, vpx_words, "good-4", 64, TwoPass::by_ffmpeg},
    EncoderFacts{"libsvtav1", Codec::av1, Device::none, svt_words, "8", 512, TwoPass::no},
    EncoderFacts{"libaom-av1", Codec::av1, Device::none, aom_words, "6", 64, TwoPass::by_ffmpeg},
    EncoderFacts{"h264_nvenc", Codec::h264, Device::nvenc, nvenc_words, "p4", 512, TwoPass::in_one},
    EncoderFacts{"hevc_nvenc", Codec::h265, Device::nvenc, nvenc_words, "p4", 512, TwoPass::in_one},
    EncoderFacts{"av1_nvenc", Codec::av1, Device::nvenc, nvenc_words, "p4", 512, TwoPass::in_one},
    EncoderFacts{"h264_qsv", Codec::h264, Device::qsv, qsv_words, "medium", 512, TwoPass::no},
    EncoderFacts{"hevc_qsv", Codec::h265, Device::qsv, qsv_words, "medium", 512, TwoPass::no},
    EncoderFacts{"vp9_qsv", Codec::vp9, Device::qsv, qsv_words, "medium", 512, TwoPass::no},
    EncoderFacts{"av1_qsv", Codec::av1, Device::qsv, qsv_words, "medium", 512, TwoPass::no},
    EncoderFacts{"h264_vaapi", Codec::h264, Device::vaapi, "", "", 512, TwoPass::no},
    EncoderFacts{"hevc_vaapi", Codec::h265, Device::vaapi, "", "", 512, TwoPass::no},
    EncoderFacts{"vp9_vaapi", Codec::vp9, Device::vaapi, "", "", 512, TwoPass::no},
    EncoderFacts{"av1_vaapi", Codec::av1, Device::vaapi, "", "", 512, TwoPass::no},
};

}  // namespace

std::span<const EncoderFacts> encoder_table() { return table; }

const EncoderFacts* find_encoder(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& facts) { return facts.name == name; });
  return found == table.end() ? nullptr : &*found;
}

bool knows_preset(const EncoderFacts& encoder, std::string_view preset) {
  const auto known = base::words(encoder.presets);
  return std::find(known.begin(), known.end(), preset) != known.end();
}

std::string usual_preset(Codec codec, std::string_view encoder) {
  for (const auto& facts : table)
    if (encoder.empty() ? facts.codec == codec : facts.name == encoder) return std::string(facts.usual_preset);
  return {};
}

}  // namespace media
