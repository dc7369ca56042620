// check(): what cannot be true of a TranscodeSpec. One small function per subject, each adding its faults.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "media/command_line.h"
#include "media/encoder_table.h"
#include "media/shown.h"
#include "media/target_check.h"
#include "media/transcode_spec.h"
#include "units/format.h"

namespace media {
namespace {

using base::format;
using Faults = std::vector<SpecFault>;

// What encoders of this build take and players decode; anything else is a typing error or an experiment for ffmpeg
// itself.
constexpr std::array<std::string_view, 4> pixel_formats{"yuv420p", "yuv420p10le", "yuv422p", "yuv444p"};

void check_source(const TranscodeSpec& spec, Faults& out) {
  if (spec.input) {
    if (auto wrong = input_fault(*spec.input)) out.push_back({"input", *wrong});
  } else {
    static constexpr std::string_view why = "without an input the picture is generated, and that needs a {}; {}";
    if (!spec.duration) out.push_back({"duration", format(why, "duration", "add one, such as 60s, or name an input")});
    if (!spec.size)
      out.push_back({"resolution", format(why, "resolution", "add one, such as 1920x1080, or name an input")});
    if (!spec.rate) out.push_back({"fps", format(why, "frame rate", "add one, such as 30, or name an input")});
    if (spec.audio == Audio::copy)
      out.push_back({"audio", "a generated tone is raw sound and cannot be copied; use audio aac or none"});
  }
  // Negated comparisons refuse NaN too.
  if (spec.duration && !(spec.duration->value() >= 0.001 && spec.duration->value() <= 7 * 86400.0))
    out.push_back({"duration", format("{} s is out of range; 1 ms to 604800 s (7 days)", spec.duration->value())});
}

void check_picture(const TranscodeSpec& spec, Faults& out) {
  if (spec.size) {
    const auto wrong = [](int side) { return side < 16 || side > 16384 || side % 2 != 0; };
    if (wrong(spec.size->width) || wrong(spec.size->height))
      out.push_back({"resolution", format("{}x{} is out of range; each side is an even number from 16 to 16384",
                                          spec.size->width, spec.size->height)});
  }
  if (spec.rate && !(spec.rate->value() >= 1 && spec.rate->value() <= 240))
    out.push_back({"fps", format("{} is out of range; 1 to 240 frames a second", spec.rate->value())});
  if (spec.gop && (*spec.gop < 1 || *spec.gop > 1000))
    out.push_back({"gop", format("{} is out of range; 1 to 1000 frames", *spec.gop)});
  if (spec.threads && (*spec.threads < 1 || *spec.threads > 512))
    out.push_back({"threads", format("{} is out of range; 1 to 512", *spec.threads)});
  if (std::find(pixel_formats.begin(), pixel_formats.end(), spec.pixel_format) == pixel_formats.end()) {
    const std::vector<std::string> known(pixel_formats.begin(), pixel_formats.end());
    const std::string given = shown(spec.pixel_format, 64);
    out.push_back({"pixel_format", format("'{}' is not a pixel format that ffwatt offers; one of {}.{}", given,
                                          base::join(known, ", "), base::did_you_mean(given, known))});
  }
}

void check_rate_control(const TranscodeSpec& spec, Faults& out) {
  if (!spec.bitrate && !spec.crf)
    out.push_back({"bitrate", "an encode needs a bitrate (such as 5M) or a crf (such as 23)"});
  if (spec.output_mode == OutputMode::rtmp && !spec.bitrate && spec.crf)
    out.push_back({"bitrate", "a stream needs a bitrate, so that it fits the line; crf alone has no upper bound"});
  if (spec.bitrate && !(spec.bitrate->value() >= 8e3 && spec.bitrate->value() <= 400e6))
    out.push_back({"bitrate", format("{} is out of range; 8 kb/s to 400 Mb/s", units::text(*spec.bitrate))});
  if (spec.crf) {
    // x264 and x265 have QPs up to 51 in 8 bits; libvpx and the AV1 encoders use a scale of their own up to 63.
    const int most = spec.codec == Codec::h264 || spec.codec == Codec::h265 ? 51 : 63;
    if (*spec.crf < 0 || *spec.crf > most)
      out.push_back({"crf", format("{} is out of range; 0 to {} for {}", *spec.crf, most, name(spec.codec))});
  }
}

void check_preset(const TranscodeSpec& spec, const EncoderFacts* encoder, Faults& out) {
  if (spec.preset.empty()) return;
  std::vector<std::string> known;
  for (const auto& facts : encoder_table()) {
    if (encoder ? &facts != encoder : facts.codec != spec.codec) continue;
    if (knows_preset(facts, spec.preset)) return;
    for (const auto word : base::words(facts.presets))
      if (std::find(known.begin(), known.end(), word) == known.end()) known.emplace_back(word);
  }
  const std::string given = shown(spec.preset, 64);
  const std::string_view of = encoder ? encoder->name : name(spec.codec);
  if (known.empty())
    out.push_back({"preset", format("{} has no presets; leave it out", of)});
  else
    out.push_back({"preset", format("'{}' is not a preset of {}; one of {}.{}", given, of, base::join(known, ", "),
                                    base::did_you_mean(given, known))});
}

void check_encoder(const TranscodeSpec& spec, Faults& out) {
  const EncoderFacts* encoder = nullptr;
  if (!spec.encoder.empty()) {
    encoder = find_encoder(spec.encoder);
    if (!encoder) {
      std::vector<std::string> known;
      for (const auto& facts : encoder_table()) known.emplace_back(facts.name);
      const std::string given = shown(spec.encoder, 64);
      out.push_back({"encoder", format("'{}' is not an encoder that ffwatt knows; one of {}.{}", given,
                                       base::join(known, ", "), base::did_you_mean(given, known))});
      return;
    }
    if (encoder->codec != spec.codec) {
      out.push_back({"encoder", format("{} makes {}, but the codec is {}; change one of them", encoder->name,
                                       name(encoder->codec), name(spec.codec))});
      return;
    }
    if (encoder->device != Device::none && spec.pixel_format != "yuv420p")
      out.push_back(
          {"pixel_format", format("{} gets 8-bit 4:2:0 from ffwatt; use yuv420p or a software encoder", spec.encoder)});
    if (encoder->device != Device::none && spec.crf && spec.codec != Codec::h264 && spec.codec != Codec::h265)
      out.push_back({"crf", format("{} has no crf; use a bitrate or a software encoder", spec.encoder)});
  }
  check_preset(spec, encoder, out);
  const bool other_chroma = spec.pixel_format == "yuv422p" || spec.pixel_format == "yuv444p";
  if (spec.codec == Codec::av1 && other_chroma && spec.encoder != "libaom-av1")
    out.push_back(
        {"pixel_format", format("SVT-AV1 encodes 4:2:0 only; use yuv420p, yuv420p10le, or encoder libaom-av1 for {}",
                                spec.pixel_format)});
}

void check_output(const TranscodeSpec& spec, Faults& out) {
  const auto mode = name(spec.output_mode);
  if (spec.output_mode != OutputMode::file && !spec.output.empty())
    out.push_back({"output", format("a file is written with output_mode file only, and it is {}", mode)});
  if (spec.output_mode != OutputMode::rtmp && !spec.rtmp_url.empty())
    out.push_back({"rtmp_url", format("an address is used with output_mode rtmp only, and it is {}", mode)});

  switch (spec.output_mode) {
    case OutputMode::file: {
      if (!spec.output.empty())
        if (auto wrong = path_fault(spec.output)) return out.push_back({"output", *wrong});
      if (spec.input && *spec.input == spec.output)
        out.push_back({"output", "the output is the input; name another file"});
      if (auto container = container_of(spec); !container) out.push_back({"output", container.error().text()});
      return;
    }
    case OutputMode::rtmp:
      if (!spec.rtmp_url.empty())
        if (auto wrong = rtmp_url_fault(spec.rtmp_url)) out.push_back({"rtmp_url", *wrong});
      if (spec.codec != Codec::h264)
        out.push_back(
            {"codec", format("{} cannot be sent by RTMP: its FLV carries h264 only (ffmpeg 5.1 refuses HEVC and "
                             "VP9 there, and SVT-AV1 hangs); use codec h264 or output_mode file",
                             name(spec.codec))});
      return;
    case OutputMode::null:
      return;
  }
}

}  // namespace

std::vector<SpecFault> check(const TranscodeSpec& spec) {
  Faults out;
  check_source(spec, out);
  check_picture(spec, out);
  check_rate_control(spec, out);
  check_encoder(spec, out);
  check_output(spec, out);
  return out;
}

}  // namespace media
