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
      out.push_back({"audio", "a generated tone is raw sound and cannot be copied; use audio aac, opus or none"});
    if (spec.subtitles == Subtitles::copy)
      out.push_back({"subtitles", "a generated picture has none to copy; leave it out, or name an input"});
    if (spec.start)
      out.push_back({"start", "a generated picture begins where it begins; leave it out, or name an input"});
  }
  if (spec.start && !(spec.start->value() >= 0 && spec.start->value() <= 7 * 86400.0))
    out.push_back({"start", format("{} s is out of range; 0 to 604800 s (7 days)", spec.start->value())});
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
  if (std::find(pixel_formats.begin(), pixel_formats.end(), spec.pixel_format) == pixel_formats.end()) {
    const std::vector<std::string> known(pixel_formats.begin(), pixel_formats.end());
    const std::string given = shown(spec.pixel_format, 64);
    out.push_back({"pixel_format", format("'{}' is not a pixel format that ffwatt offers; one of {}.{}", given,
                                          base::join(known, ", "), base::did_you_mean(given, known))});
  }
}

// What there is one of, whatever the number of outputs.
void check_whole(const TranscodeSpec& spec, Faults& out) {
  if (spec.threads && (*spec.threads < 1 || *spec.threads > 512))
    out.push_back({"threads", format("{} is out of range; 1 to 512", *spec.threads)});
  if (spec.passes < 1 || spec.passes > 2) out.push_back({"passes", format("{} is out of range; 1 or 2", spec.passes)});
  if (spec.passes == 2 && spec.output_mode == OutputMode::rtmp)
    out.push_back({"passes", "a stream is sent while it is made and cannot be looked at before; use 1"});
  if (spec.streams < 1 || spec.streams > most_streams)
    out.push_back({"streams", format("{} is out of range; 1 to {}", spec.streams, most_streams)});
  if (spec.output_mode == OutputMode::rtmp && spec.audio == Audio::opus)
    out.push_back({"audio", "RTMP's FLV carries no Opus; use audio aac, copy or none"});
  if (spec.output_mode == OutputMode::rtmp && spec.subtitles == Subtitles::copy)
    out.push_back({"subtitles", "RTMP's FLV carries no subtitles; leave it out"});
}

// What is scored must still be there, both as it was read and as it was made.
void check_quality(const TranscodeSpec& spec, Faults& out) {
  if (spec.quality.empty()) return;
  const auto fault = [&](std::string_view why) {
    out.push_back({"quality", format("cannot be scored here: {}; leave it out", why)});
  };
  for (auto one = spec.quality.begin(); one != spec.quality.end(); ++one)
    if (std::find(spec.quality.begin(), one, *one) != one)
      return out.push_back({"quality", format("names {} twice", name(*one))});
  if (spec.output_mode != OutputMode::file) return fault("nothing is kept of it, and only a file can be compared");
  if (!spec.input) return fault("a generated picture is gone once it is encoded");
  if (is_web_address(*spec.input)) return fault("what the web sends is read once; name a file");
  if (!spec.outputs.empty()) return fault("it makes several renditions; give each a job of its own");
  if (spec.streams != 1) return fault("several streams of the same run together");
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
  if (spec.passes == 2 && (spec.crf || !spec.bitrate))
    out.push_back({"passes", "two passes spread a bitrate; give a bitrate and no crf, or use 1"});
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

bool has_two_passes(const TranscodeSpec& spec, const EncoderFacts* encoder) {
  // libvpx looks at a live picture only once.
  if (spec.codec == Codec::vp9 && spec.preset.starts_with("realtime")) return false;
  // Where none is named the first one that works is taken, and the best one of AV1 has none.
  return encoder ? encoder->two_pass != TwoPass::no : spec.codec != Codec::av1;
}

void check_device(const TranscodeSpec& spec, const EncoderFacts& encoder, Faults& out) {
  if (encoder.device == Device::none) return;
  const bool ten = spec.pixel_format == "yuv420p10le" && spec.codec != Codec::h264;
  if (spec.pixel_format != "yuv420p" && !ten)
    out.push_back({"pixel_format", format("{} gets 4:2:0 from ffwatt, with 10 bits for h265, vp9 and av1 only; use "
                                          "yuv420p or a software encoder",
                                          encoder.name)});
  if (spec.crf && spec.codec != Codec::h264 && spec.codec != Codec::h265)
    out.push_back({"crf", format("{} has no crf; use a bitrate or a software encoder", encoder.name)});
  else if (spec.crf && spec.bitrate && encoder.device != Device::nvenc)
    out.push_back({"crf", format("{} takes a bitrate or a crf, not both; leave one out", encoder.name)});
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
    check_device(spec, *encoder, out);
  }
  if (spec.passes == 2 && !has_two_passes(spec, encoder)) {
    const auto advice = spec.codec == Codec::av1   ? "encoder libaom-av1"
                        : spec.codec == Codec::vp9 ? "encoder libvpx-vp9 with a preset best or good"
                                                   : "an encoder of software";
    const auto name = encoder ? encoder->name : spec.codec == Codec::av1 ? "SVT-AV1" : "this preset";
    out.push_back({"passes", format("{} has no two passes; use 1, or {}", name, advice)});
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

// Of one output.
void check_rendition(const TranscodeSpec& spec, Faults& out) {
  check_picture(spec, out);
  check_rate_control(spec, out);
  check_encoder(spec, out);
  check_output(spec, out);
}

void check_ladder(const TranscodeSpec& spec, Faults& out) {
  if (spec.outputs.size() > most_outputs)
    return out.push_back(
        {"outputs", format("{} renditions are too many; at most {}", spec.outputs.size(), most_outputs)});
  if (spec.streams > 1)
    out.push_back({"streams", "several streams and a ladder do not go together; leave streams or outputs out"});
  if (!spec.output.empty())
    out.push_back(
        {"output", "each rendition of a ladder names its own output; write it into outputs, or leave it out"});
  check_picture(spec, out);  // of a generated source
  const auto all = renditions(spec);
  for (std::size_t i = 0; i < all.size(); ++i) {
    Faults own;
    check_rendition(all[i], own);
    for (std::size_t before = 0; before < i; ++before)
      if (!all[i].output.empty() && all[i].output == all[before].output)
        own.push_back({"output", format("it is the output of outputs/{} as well; name another file", before)});
    for (auto& fault : own) out.push_back({format("outputs/{}/{}", i, fault.field), std::move(fault.message)});
  }
}

}  // namespace

std::vector<SpecFault> check(const TranscodeSpec& spec) {
  Faults out;
  check_source(spec, out);
  check_whole(spec, out);
  check_quality(spec, out);
  if (spec.outputs.empty())
    check_rendition(spec, out);
  else
    check_ladder(spec, out);
  return out;
}

}  // namespace media
