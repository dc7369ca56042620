// Specs, progress and the facts of what was made.
#include "base/format.h"
#include "base/text.h"
#include "units/parse.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parameters.h"
#include "wire/parts.h"

namespace wire {
namespace {

// As people write it where nothing is lost: 5000k; else bits per second as a number.
json::Value bitrate_value(units::BitsPerSecond bitrate) {
  const double kilo = bitrate.value() / 1e3;
  const auto whole_kilo = static_cast<std::int64_t>(kilo);
  if (kilo >= 1 && kilo < 1e12 && static_cast<double>(whole_kilo) * 1e3 == bitrate.value())
    return base::format("{}k", whole_kilo);
  return bitrate.value();
}

std::string size_text(units::PictureSize size) { return base::format("{}x{}", size.width, size.height); }

base::Result<media::Progress::Phase> parse_phase(std::string_view text) {
  if (text == "running") return media::Progress::Phase::running;
  if (text == "ended") return media::Progress::Phase::ended;
  return base::Error::invalid(base::format("'{}' is not a phase; one of running, ended", text));
}

void write_rendition(const media::Rendition& rendition, json::Value& into) {
  into.set("codec", media::name(rendition.codec));
  set_text(into, "encoder", rendition.encoder);
  set_text(into, "preset", rendition.preset);
  if (rendition.bitrate) into.set("bitrate", bitrate_value(*rendition.bitrate));
  if (rendition.crf) into.set("crf", *rendition.crf);
  if (rendition.size) into.set("resolution", size_text(*rendition.size));
  set_quantity(into, "fps", rendition.rate);
  into.set("pixel_format", rendition.pixel_format);
  if (rendition.gop) into.set("gop", *rendition.gop);
}

void take_rendition(const PictureParameters& given, media::Rendition& rendition) {
  rendition.codec = given.codec.value_or(rendition.codec);
  rendition.encoder = given.encoder.value_or("");
  rendition.preset = given.preset.value_or("");
  rendition.bitrate = given.bitrate;
  rendition.crf = given.crf;
  rendition.size = given.size;
  rendition.rate = given.rate;
  rendition.pixel_format = given.pixel_format.value_or(rendition.pixel_format);
  rendition.gop = given.gop;
  rendition.output = given.output.value_or("");
}

}  // namespace

json::Value encode_parameters(const media::TranscodeSpec& spec) {
  auto value = json::Value::object();
  if (spec.input) value.set("input", *spec.input);
  set_quantity(value, "start", spec.start);
  set_quantity(value, "duration", spec.duration);
  write_rendition(spec, value);
  if (spec.threads) value.set("threads", *spec.threads);
  if (spec.passes != 1) value.set("passes", spec.passes);
  if (spec.streams != 1) value.set("streams", spec.streams);
  value.set("audio", media::name(spec.audio));
  if (spec.subtitles != media::Subtitles::none) value.set("subtitles", media::name(spec.subtitles));
  value.set("output_mode", media::name(spec.output_mode));
  set_text(value, "output", spec.output);
  set_text(value, "rtmp_url", spec.rtmp_url);
  if (!spec.outputs.empty())
    value.set("outputs", array_of(spec.outputs, [](const media::Rendition& rendition) {
                auto one = json::Value::object();
                write_rendition(rendition, one);
                set_text(one, "output", rendition.output);
                return one;
              }));
  if (!spec.quality.empty())
    value.set("quality", array_of(spec.quality, [](media::Metric metric) { return json::Value(media::name(metric)); }));
  return value;
}

json::Value encode(const media::TranscodeSpec& spec) {
  auto value = encode_parameters(spec);
  set_text(value, "scenario", spec.scenario);
  return value;
}

media::TranscodeSpec read_parameters(json::Reader& reader) {
  const Parameters given = read_given(reader);
  media::TranscodeSpec spec;
  take_rendition(given, spec);
  spec.input = given.input;
  spec.start = given.start;
  spec.duration = given.duration;
  spec.threads = given.threads;
  spec.passes = given.passes.value_or(spec.passes);
  spec.streams = given.streams.value_or(spec.streams);
  spec.audio = given.audio.value_or(spec.audio);
  spec.subtitles = given.subtitles.value_or(spec.subtitles);
  spec.output_mode = given.output_mode.value_or(spec.output_mode);
  spec.rtmp_url = given.rtmp_url.value_or("");
  spec.quality = given.quality.value_or(spec.quality);
  if (given.outputs)
    for (const auto& one : *given.outputs) take_rendition(one, spec.outputs.emplace_back());
  return spec;
}

json::Value encode(const media::Progress& progress) {
  auto value = json::Value::object();
  value.set("frames", progress.frames);
  set_unsure(value, "fps", progress.rate);
  value.set("media_seconds", progress.media_time.value());
  set_unsure(value, "size_bytes", progress.bytes);
  set_unsure(value, "bitrate_bits_per_second", progress.bitrate);
  if (progress.speed != 0) value.set("speed", progress.speed);
  value.set("dropped_frames", progress.dropped);
  value.set("duplicated_frames", progress.duplicated);
  value.set("phase", progress.phase == media::Progress::Phase::running ? "running" : "ended");
  return value;
}

media::Progress read_progress(json::Reader& reader) {
  media::Progress progress;
  progress.frames = read_count(reader, "frames");
  progress.rate = read_quantity<units::Hertz>(reader, "fps");
  progress.media_time = read_quantity<units::Seconds>(reader, "media_seconds");
  progress.bytes = read_quantity<units::Bytes>(reader, "size_bytes");
  progress.bitrate = read_quantity<units::BitsPerSecond>(reader, "bitrate_bits_per_second");
  progress.speed = reader.number("speed", 0, most_exact).value_or(0);
  progress.dropped = read_count(reader, "dropped_frames");
  progress.duplicated = read_count(reader, "duplicated_frames");
  progress.phase = read_named(reader, "phase", parse_phase);
  return progress;
}

json::Value encode(const media::MediaFacts& facts) {
  auto value = json::Value::object();
  set_text(value, "container", facts.container);
  set_quantity(value, "duration_seconds", facts.duration);
  set_quantity(value, "size_bytes", facts.size);
  set_quantity(value, "bitrate_bits_per_second", facts.bitrate);
  set_text(value, "video_codec", facts.video_codec);
  if (facts.picture) value.set("resolution", size_text(*facts.picture));
  set_quantity(value, "fps", facts.rate);
  set_text(value, "pixel_format", facts.pixel_format);
  if (facts.frames) value.set("frames", *facts.frames);
  set_text(value, "audio_codec", facts.audio_codec);
  if (facts.subtitles > 0) value.set("subtitles", facts.subtitles);
  set_text(value, "color_primaries", facts.color_primaries);
  set_text(value, "color_transfer", facts.color_transfer);
  set_text(value, "color_space", facts.color_space);
  return value;
}

namespace {

// What was made may have a size that ffwatt would not ask for: an odd side, a thumbnail.
base::Result<units::PictureSize> parse_any_size(std::string_view text) {
  const auto parts = base::split(text, 'x');
  const auto width = base::to_int(parts[0]), height = parts.size() == 2 ? base::to_int(parts[1]) : std::nullopt;
  if (!width || !height || *width < 0 || *height < 0 || *width > 1 << 20 || *height > 1 << 20)
    return base::Error::invalid(base::format("'{}' is not a picture size such as 1920x1080", text.substr(0, 64)));
  return units::PictureSize{static_cast<int>(*width), static_cast<int>(*height)};
}

}  // namespace

media::MediaFacts read_media_facts(json::Reader& reader) {
  media::MediaFacts facts;
  facts.container = read_text(reader, "container");
  facts.duration = read_optional_quantity<units::Seconds>(reader, "duration_seconds");
  facts.size = read_optional_quantity<units::Bytes>(reader, "size_bytes");
  facts.bitrate = read_optional_quantity<units::BitsPerSecond>(reader, "bitrate_bits_per_second");
  facts.video_codec = read_text(reader, "video_codec");
  facts.picture = read_optional_named(reader, "resolution", parse_any_size);
  facts.rate = read_optional_quantity<units::Hertz>(reader, "fps");
  facts.pixel_format = read_text(reader, "pixel_format");
  facts.frames = reader.integer("frames", 0, most_count);
  facts.audio_codec = read_text(reader, "audio_codec");
  facts.subtitles = read_int(reader, "subtitles", 0);
  facts.color_primaries = read_text(reader, "color_primaries");
  facts.color_transfer = read_text(reader, "color_transfer");
  facts.color_space = read_text(reader, "color_space");
  return facts;
}

}  // namespace wire
