#include "wire/parameters.h"

#include <array>

#include "base/format.h"
#include "base/text.h"
#include "wire/fields.h"

namespace wire {
namespace {

constexpr std::array<std::string_view, 22> names{
    "input",      "start",    "duration",     "codec",     "encoder", "preset", "bitrate", "crf",
    "resolution", "fps",      "audio",        "subtitles", "threads", "gop",    "passes",  "output_mode",
    "output",     "rtmp_url", "pixel_format", "streams",   "outputs", "quality"};
constexpr std::array<std::string_view, 1> later{"chunks"};

// Wide enough for every mistake: media::check says the true range, in the words of the codec.
constexpr int far_off = 1'000'000;

std::optional<int> read_whole(json::Reader& reader, std::string_view key) {
  const auto number = reader.integer(key, -far_off, far_off);
  return number ? std::optional<int>(static_cast<int>(*number)) : std::nullopt;
}

// A plain number is taken as it is, exactly; only text needs the parser.
template <class Q, class Parser>
std::optional<Q> read_number_or_text(json::Reader& reader, std::string_view key, Parser parser) {
  if (reader.value().at(key).is_number()) {
    const auto number = reader.number(key, -most_exact, most_exact);
    return number ? std::optional<Q>(*number) : std::nullopt;
  }
  return reader.parsed(key, parser);
}

// 30, 29.97 or 30000/1001.
base::Result<units::Hertz> parse_rate(std::string_view text) {
  const auto parts = base::split(text, '/');
  const auto above = base::to_double(parts[0]);
  const auto below = parts.size() == 2 ? base::to_double(parts[1]) : std::optional<double>(1);
  if (parts.size() > 2 || !above || !below || *above <= 0 || *below <= 0)
    return base::Error::invalid(
        base::format("'{}' is not a frame rate; write 30, 29.97 or 30000/1001", text.substr(0, 64)));
  return units::Hertz(*above / *below);
}

void read_picture(json::Reader& reader, PictureParameters& given) {
  given.codec = read_optional_named(reader, "codec", media::parse_codec);
  given.encoder = reader.string("encoder", longest_name);
  // 8 and "8" alike: SVT-AV1's and libaom's presets are numbers.
  given.preset = reader.text_or_number("preset");
  given.bitrate = read_number_or_text<units::BitsPerSecond>(reader, "bitrate", units::parse_bitrate);
  given.crf = read_whole(reader, "crf");
  given.size = read_optional_named(reader, "resolution", units::parse_picture_size);
  given.rate = read_number_or_text<units::Hertz>(reader, "fps", parse_rate);
  given.gop = read_whole(reader, "gop");
  given.pixel_format = reader.string("pixel_format", longest_name);
  given.output = reader.string("output");
}

std::optional<std::vector<media::Metric>> read_metrics(json::Reader& reader) {
  constexpr std::string_view key = "quality";
  const auto& given = reader.value().at(key);
  std::vector<std::string> words;
  if (given.is_null()) {
    reader.any(key);
    return std::nullopt;
  }
  if (given.is_string()) {
    const auto text = reader.string(key, longest_name).value_or("");
    for (const auto word : base::split(text, ',')) words.emplace_back(base::trim(word));
    if (words == std::vector<std::string>{"none"}) words.clear();
  } else {
    words = reader.strings(key, 16);
  }
  std::vector<media::Metric> out;
  for (const auto& word : words) {
    const auto metric = media::parse_metric(word);
    if (metric)
      out.push_back(*metric);
    else
      reader.fault(key, metric.error().text());
  }
  return out;
}

}  // namespace

std::span<const std::string_view> parameter_names() { return names; }
std::span<const std::string_view> later_parameter_names() { return later; }

std::optional<units::Seconds> read_duration(json::Reader& reader, std::string_view key) {
  return read_number_or_text<units::Seconds>(reader, key, units::parse_duration);
}

Parameters read_given(json::Reader& reader) {
  Parameters given;
  read_picture(reader, given);
  given.input = reader.string("input");
  given.start = read_duration(reader, "start");
  given.duration = read_duration(reader, "duration");
  given.audio = read_optional_named(reader, "audio", media::parse_audio);
  given.subtitles = read_optional_named(reader, "subtitles", media::parse_subtitles);
  given.threads = read_whole(reader, "threads");
  given.passes = read_whole(reader, "passes");
  given.streams = read_whole(reader, "streams");
  given.output_mode = read_optional_named(reader, "output_mode", media::parse_output_mode);
  given.rtmp_url = reader.string("rtmp_url");
  given.quality = read_metrics(reader);
  const auto& outputs = reader.value().at("outputs");
  const auto items = reader.objects("outputs", media::most_outputs);
  if (!outputs.is_array()) return given;
  if (outputs.items().empty()) reader.fault("outputs", "has no rendition; leave it out, or give 1 to 16");
  given.outputs.emplace();
  for (auto item : items) {
    read_picture(item, given.outputs->emplace_back());
    item.finish();
  }
  return given;
}

}  // namespace wire
