#include "media/encoder_arguments.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "media/arguments.h"

namespace media {
namespace {

using base::format;

bool is(const EncoderFacts& encoder, std::string_view name) { return encoder.name == name; }

void add_preset(Arguments& out, const EncoderFacts& encoder, const std::string& chosen) {
  const std::string preset = chosen.empty() ? std::string(encoder.usual_preset) : chosen;
  if (preset.empty()) return;
  if (is(encoder, "libvpx-vp9")) {
    const auto dash = preset.find('-');
    append(out, {"-deadline", preset.substr(0, dash)});
    if (dash != std::string::npos) append(out, {"-cpu-used", preset.substr(dash + 1)});
    append(out, {"-row-mt", "1"});
  } else if (is(encoder, "libaom-av1")) {
    append(out, {"-cpu-used", preset, "-row-mt", "1"});
  } else {
    append(out, {"-preset", preset});
  }
}

void add_quality(Arguments& out, const EncoderFacts& encoder, int crf) {
  const std::string value = format("{}", crf);
  switch (encoder.device) {
    case Device::none:
      return append(out, {"-crf", value});
    case Device::nvenc:
      return append(out, {"-rc", "vbr", "-cq", value});
    case Device::qsv:
      return append(out, {"-global_quality", value});
    case Device::vaapi:
      return append(out, {"-rc_mode", "CQP", "-global_quality", value});
  }
}

void add_rate_control(Arguments& out, const TranscodeSpec& spec, const EncoderFacts& encoder) {
  if (spec.crf) add_quality(out, encoder, *spec.crf);
  const bool vpx_or_aom = is(encoder, "libvpx-vp9") || is(encoder, "libaom-av1");
  if (!spec.bitrate) {
    // Their crf is a floor of quality below the target bitrate, and ffmpeg's default target is 256 kb/s; 0 takes it
    // away.
    if (vpx_or_aom) append(out, {"-b:v", "0"});
    return;
  }
  const double bits = std::round(spec.bitrate->value());
  const std::string rate = format("{:.0f}", bits), twice = format("{:.0f}", 2 * bits);
  const bool capped = spec.crf && !vpx_or_aom;  // libvpx and libaom call it constrained quality: crf beside b:v
  const bool stream = spec.output_mode == OutputMode::rtmp;
  if (!capped) append(out, {"-b:v", rate});
  // A line carries no more than the bitrate; two seconds of buffer are what players start with.
  if (stream || capped) append(out, {"-maxrate", rate, "-bufsize", twice});
}

void add_threads(Arguments& out, Arguments& x265, const EncoderFacts& encoder, int threads) {
  const int most = std::min(threads, encoder.most_threads);
  // x265 counts its worker pool and the frames in flight apart; ffmpeg's -threads sets only the latter, of which it
  // takes 16 at most.
  if (is(encoder, "libx265"))
    x265.push_back(format("pools={}:frame-threads={}", most, std::min(most, 16)));
  else if (is(encoder, "libsvtav1"))
    append(out, {"-svtav1-params", format("lp={}", most)});
  else
    append(out, {"-threads", format("{}", most)});
}

void add_pass(Arguments& out, Arguments& x265, const TranscodeSpec& spec, const EncoderFacts& encoder,
              const Encode& encode) {
  if (spec.passes == 2 && encoder.two_pass == TwoPass::in_one) return append(out, {"-multipass", "fullres"});
  if (encode.pass == Pass::only) return;
  const std::string number = encode.pass == Pass::first ? "1" : "2", notes = format("pass-{}", encode.number);
  if (encoder.two_pass == TwoPass::by_x265)
    x265.push_back(format("pass={}:stats={}.log", number, notes));
  else
    append(out, {"-pass", number, "-passlogfile", notes});
}

void add_pixel_format(Arguments& out, const TranscodeSpec& spec, const EncoderFacts& encoder) {
  const bool ten = spec.pixel_format == "yuv420p10le";
  switch (encoder.device) {
    case Device::none:
      return append(out, {"-pix_fmt", spec.pixel_format});
    case Device::nvenc:
      return append(out, {"-pix_fmt", ten ? "p010le" : spec.pixel_format});
    case Device::qsv:
      return append(out, {"-pix_fmt", ten ? "p010le" : "nv12"});
    case Device::vaapi:
      return;  // the filter that uploads decides
  }
}

}  // namespace

Arguments device_arguments(const EncoderFacts& encoder, const std::string& render_node) {
  if (encoder.device == Device::vaapi) return {"-vaapi_device", render_node};
  if (encoder.device == Device::qsv) return {"-init_hw_device", "qsv=qsv:hw,child_device=" + render_node};
  return {};  // nvenc uploads by itself
}

Arguments encoder_arguments(const TranscodeSpec& spec, const EncoderFacts& encoder, const Encode& encode) {
  Arguments out{"-c:v", std::string(encoder.name)};
  Arguments x265{"log-level=warning"};  // it has its own log, which ffmpeg's -loglevel does not reach
  add_preset(out, encoder, spec.preset);
  add_rate_control(out, spec, encoder);
  add_pass(out, x265, spec, encoder, encode);
  append(out, {"-g", format("{}", encode.gop_frames)});
  // Players of a stream join at key frames, so these come in even steps and not at cuts.
  if (spec.output_mode == OutputMode::rtmp && is(encoder, "libx264")) append(out, {"-sc_threshold", "0"});
  add_pixel_format(out, spec, encoder);
  if (spec.threads) add_threads(out, x265, encoder, *spec.threads);
  if (is(encoder, "libx265")) {
    std::string joined;
    for (const auto& one : x265) joined += (joined.empty() ? "" : ":") + one;
    append(out, {"-x265-params", joined});
  }
  return out;
}

}  // namespace media
