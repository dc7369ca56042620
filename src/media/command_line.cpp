#include "media/command_line.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "media/arguments.h"
#include "media/encoder_arguments.h"
#include "media/encoder_table.h"

namespace media {
namespace {

using base::format;

// Demuxers of single-file media. Absent on purpose: hls, dash, concat, imf, sdp and all that read further names out of
// their input (an HLS playlist named a.mp4 makes FFmpeg 5.1 read other local files); lavfi and the grabbers.
constexpr std::string_view readable_formats =
    "mov,matroska,webm,mpegts,mpeg,avi,flv,ogg,asf,mxf,ivf,h264,hevc,obu,yuv4mpegpipe,m4v,mp3,wav,flac,aac";

}  // namespace

// 29.97 is what people write for 30000/1001, and only the fraction keeps sound and picture together for hours.
std::string rate_text(units::Hertz rate) {
  for (const int whole : {24, 30, 48, 60, 120, 240})
    if (std::abs(rate.value() - whole * 1000 / 1001.0) < 0.005) return format("{}000/1001", whole);
  return format("{:.6g}", rate.value());
}

namespace {

std::vector<std::string> input(const TranscodeSpec& spec, const CommandInputs& inputs) {
  const std::vector<std::string> pace =
      inputs.pace == Pace::real_time ? std::vector<std::string>{"-re"} : std::vector<std::string>{};
  std::vector<std::string> out = pace;
  if (spec.input) {
    append(out, inputs.input_url.empty() ? file_input_limits() : web_input_limits());
    if (spec.threads) append(out, {"-threads", format("{}", *spec.threads)});
    if (spec.start) append(out, {"-ss", format("{:.6f}", spec.start->value())});
    return append(out, {"-i", inputs.input_url.empty() ? "file:" + *spec.input : inputs.input_url}), out;
  }
  // check() refuses a generated picture without them; ffmpeg says that it has no input.
  if (!spec.size || !spec.rate) return out;
  append(out, {"-f", "lavfi", "-i",
               format("testsrc2=size={}x{}:rate={}", spec.size->width, spec.size->height, rate_text(*spec.rate))});
  if (spec.audio == Audio::none) return out;
  append(out, pace);
  append(out, {"-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"});
  return out;
}

// Which streams of the input go into an output. Whatever has no picture, no sound or no subtitles gives none.
std::vector<std::string> maps(const TranscodeSpec& spec) {
  std::vector<std::string> out{"-map", spec.input ? "0:v:0" : "0:v"};
  if (spec.audio != Audio::none) append(out, {"-map", spec.input ? "0:a:0?" : "1:a"});
  if (spec.subtitles == Subtitles::copy) append(out, {"-map", "0:s?"});
  return out;
}

// Our own templates with numbers in them. A generated picture already has the size and rate of its spec.
std::string filters(const TranscodeSpec& source, const TranscodeSpec& spec, const EncoderFacts& encoder) {
  std::vector<std::string> chain;
  const bool generated = !spec.input;
  if (spec.rate && !(generated && spec.rate == source.rate)) chain.push_back("fps=" + rate_text(*spec.rate));
  if (spec.size && !(generated && spec.size == source.size))
    chain.push_back(format("scale={}:{}:flags=bicubic", spec.size->width, spec.size->height));
  if (encoder.device == Device::vaapi)
    chain.push_back(format("format={},hwupload", spec.pixel_format == "yuv420p10le" ? "p010" : "nv12"));
  std::string out;
  for (const auto& filter : chain) out += (out.empty() ? "" : ",") + filter;
  return out;
}

int gop_frames(const TranscodeSpec& spec, const CommandInputs& inputs) {
  if (spec.gop) return *spec.gop;
  const double rate = spec.rate.value_or(inputs.source_rate.value_or(units::Hertz(30))).value();
  return static_cast<int>(std::lround(std::clamp(2 * rate, 1.0, 1000.0)));
}

std::vector<std::string> audio(const TranscodeSpec& spec) {
  switch (spec.audio) {
    case Audio::none:
      return {"-an"};
    case Audio::copy:
      return {"-c:a", "copy"};
    case Audio::aac:
      return {"-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2"};
    case Audio::opus:
      return {"-c:a", "libopus", "-b:a", "128k", "-ar", "48000", "-ac", "2"};
  }
  return {};
}

std::vector<std::string> stream_output(const std::string& target, const CommandInputs& inputs) {
  // A stream never learns its duration; without the flag ffmpeg warns at its end that it cannot go back to write it.
  std::vector<std::string> out{"-f", "flv", "-flvflags", "no_duration_filesize"};
  if (!inputs.rtmp_server.empty()) append(out, {"-rtmp_tcurl", inputs.rtmp_server});
  out.push_back(target);
  return out;
}

std::vector<std::string> output(const TranscodeSpec& spec, const std::string& target, const CommandInputs& inputs) {
  switch (spec.output_mode) {
    case OutputMode::null:
      return {"-f", "null", "-"};
    case OutputMode::rtmp:
      return stream_output(target, inputs);
    case OutputMode::file:
      break;
  }
  const std::string container = container_of(spec).value_or("mkv");
  if (container == "mkv") return {"-f", "matroska", "file:" + target};
  if (container == "webm") return {"-f", "webm", "file:" + target};
  std::vector<std::string> out{"-f", "mp4", "-movflags", "+faststart"};
  if (spec.codec == Codec::h265) append(out, {"-tag:v", "hvc1"});  // Apple's players refuse ffmpeg's usual hev1
  out.push_back("file:" + target);
  return out;
}

// One output: what goes into it, how it is encoded, where it goes.
void add_output(const TranscodeSpec& source, const TranscodeSpec& spec, const Target& made, const CommandInputs& inputs,
                std::size_t number, std::vector<std::string>& out) {
  const EncoderFacts& encoder = *find_encoder(made.encoder);
  const bool looks = inputs.pass == Pass::first;
  append(out, looks ? std::vector<std::string>{"-map", spec.input ? "0:v:0" : "0:v"} : maps(spec));
  if (spec.duration) append(out, {"-t", format("{:.6f}", spec.duration->value())});
  if (const auto chain = filters(source, spec, encoder); !chain.empty()) append(out, {"-vf", chain});
  append(out, encoder_arguments(spec, encoder, {gop_frames(spec, inputs), inputs.pass, number}));
  if (looks) return append(out, {"-an", "-f", "null", "-"});
  append(out, audio(spec));
  if (spec.subtitles == Subtitles::copy) append(out, {"-c:s", "copy"});
  // Behind a seek what is copied would begin at the key frame before it, and push the picture to the back.
  if (spec.start && spec.audio == Audio::copy) append(out, {"-copypriorss:a", "0"});
  if (spec.start && spec.subtitles == Subtitles::copy) append(out, {"-copypriorss:s", "0"});
  append(out, {"-map_metadata", "-1", "-map_chapters", "-1"});  // names and places of the input stay with the input
  append(out, output(spec, made.target, inputs));
}

}  // namespace

namespace {

std::vector<std::string> input_limits(std::string protocols) {
  return {"-protocol_whitelist", std::move(protocols),
          "-format_whitelist",   std::string(readable_formats),
          "-max_pixels",         "35389440",  // 8192x4320
          "-probesize",          "5M",
          "-analyzeduration",    "5M"};
}

}  // namespace

std::vector<std::string> file_input_limits() { return input_limits("file"); }

std::vector<std::string> web_input_limits() {
  auto out = input_limits("http,tcp");
  // In microseconds. The relay tries a broken transfer again for half a minute before it gives up and says so.
  append(out, {"-rw_timeout", "60000000"});
  return out;
}

bool runs_twice(const TranscodeSpec& spec, const std::vector<Target>& made) {
  return spec.passes == 2 && std::any_of(made.begin(), made.end(), [](const Target& one) {
           const auto kind = find_encoder(one.encoder)->two_pass;
           return kind == TwoPass::by_ffmpeg || kind == TwoPass::by_x265;
         });
}

std::vector<std::string> ffmpeg_arguments(const TranscodeSpec& spec, const CommandInputs& inputs) {
  const auto made = inputs.ladder.empty() ? std::vector<Target>{{inputs.encoder, inputs.target}} : inputs.ladder;
  std::vector<std::string> out{"-hide_banner",
                               "-nostdin",
                               "-nostats",
                               "-loglevel",
                               "level+warning",
                               "-progress",
                               format("pipe:{}", inputs.progress_descriptor),
                               "-y"};
  std::vector<Device> opened;
  for (const auto& one : made) {
    const EncoderFacts& encoder = *find_encoder(one.encoder);
    if (std::find(opened.begin(), opened.end(), encoder.device) != opened.end()) continue;
    append(out, device_arguments(encoder, inputs.render_node));
    opened.push_back(encoder.device);
  }
  if (spec.threads) append(out, {"-filter_threads", format("{}", *spec.threads)});
  append(out, input(spec, inputs));
  // One input, however many outputs: ffmpeg decodes it once and hands each picture to all of them.
  const auto all = renditions(spec);
  for (std::size_t i = 0; i < all.size() && i < made.size(); ++i) add_output(spec, all[i], made[i], inputs, i, out);
  return out;
}

bool is_ffmpeg(std::string_view program) {
  const auto name = program.substr(program.rfind('/') + 1);
  if (!name.starts_with("ffmpeg")) return false;
  const auto version = name.substr(6);  // "-7.1", "5"; but ffmpeg2theora is another program
  return std::all_of(version.begin(), version.end(),
                     [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; });
}

}  // namespace media
