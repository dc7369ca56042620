#include "media/scenario.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "json/reader.h"
#include "media/scenario_files.h"
#include "media/shown.h"

namespace media {
namespace {

using base::Error;
using base::format;

constexpr std::string_view extension = ".toml";

bool is_scenario_name(std::string_view name) {
  const auto letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= 64 && letter_or_digit(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter_or_digit(c) || c == '-' || c == '_' || c == '.'; });
}

// "720p-h264" → "720p30-h264", "4k-av1" → "4k30-av1": thirty frames a second is what people mean by the short form.
std::string with_usual_rate(const std::string& name) {
  const auto end = name.find_first_not_of("0123456789");
  if (end == std::string::npos || end == 0 || (name[end] != 'p' && name[end] != 'k')) return name;
  if (name.compare(end + 1, 1, "-") != 0) return name;
  return name.substr(0, end + 1) + "30" + name.substr(end + 1);
}

// A scenario may leave size, rate or duration to the input. Whether it then fits is checked with a stand-in for one.
std::vector<SpecFault> check_defaults(TranscodeSpec spec) {
  if (!spec.size || !spec.rate || !spec.duration) spec.input = "/input";
  return check(spec);
}

void read_spec(json::Reader& reader, TranscodeSpec& spec) {
  if (!reader.has("codec")) reader.fault("codec", "codec is required: h264, h265, vp9 or av1");
  if (auto codec = reader.parsed("codec", parse_codec)) spec.codec = *codec;
  spec.encoder = reader.string("encoder", 64).value_or("");
  spec.preset = reader.text_or_number("preset").value_or("");
  spec.bitrate = reader.parsed("bitrate", units::parse_bitrate);
  if (const auto crf = reader.integer("crf", 0, 63)) spec.crf = static_cast<int>(*crf);
  spec.size = reader.parsed("resolution", units::parse_picture_size);
  if (const auto rate = reader.number("fps", 1, 240)) spec.rate = units::Hertz(*rate);
  spec.duration = reader.parsed("duration", units::parse_duration);
  spec.pixel_format = reader.string("pixel_format", 64).value_or(spec.pixel_format);
  if (const auto gop = reader.integer("gop", 1, 1000)) spec.gop = static_cast<int>(*gop);
  if (const auto threads = reader.integer("threads", 1, 512)) spec.threads = static_cast<int>(*threads);
  if (const auto audio = reader.parsed("audio", parse_audio)) spec.audio = *audio;
  if (const auto subtitles = reader.parsed("subtitles", parse_subtitles)) spec.subtitles = *subtitles;
  if (const auto passes = reader.integer("passes", 1, 2)) spec.passes = static_cast<int>(*passes);
  if (const auto streams = reader.integer("streams", 1, most_streams)) spec.streams = static_cast<int>(*streams);
  if (const auto mode = reader.parsed("output_mode", parse_output_mode)) spec.output_mode = *mode;
}

}  // namespace

base::Result<Scenario> parse_scenario(std::string_view toml, std::string_view file) {
  Scenario scenario;
  scenario.name = file.substr(file.rfind('/') + 1);
  if (scenario.name.ends_with(extension)) scenario.name.resize(scenario.name.size() - extension.size());
  if (!is_scenario_name(scenario.name))
    return Error::invalid(
        format("{}: the file's name is the scenario's, so it has 1 to 64 letters, digits and ._- before "
               ".toml; rename it",
               shown(file, 300)));

  FFWATT_TRY(const json::Value value, json::parse_toml(toml, file));
  json::Faults faults;
  json::Reader reader(value, faults);
  scenario.description = reader.required_string("description", 200);
  read_spec(reader, scenario.defaults);
  scenario.defaults.scenario = scenario.name;
  reader.finish();
  // What reads wrongly is told first; what does not fit together is only worth telling of values that were read.
  if (faults.empty())
    for (auto& fault : check_defaults(scenario.defaults))
      reader.fault(fault.field, format("{}: {}", fault.field, fault.message));
  if (!faults.empty()) return faults.error(file);
  return scenario;
}

Scenarios Scenarios::built_in() {
  Scenarios out;
  for (const auto& file : built_in_scenario_files()) {
    auto scenario = parse_scenario(file.text, file.name);
    if (!scenario) std::abort();  // a fault of the build, which the test of this file shows with its text
    out.put(*std::move(scenario));
  }
  out.sort();
  return out;
}

base::Result<void> Scenarios::add_folder(const os::Files& files, const os::Path& folder) {
  FFWATT_TRY(const auto names, files.list(folder).in("reading the folder of scenarios"));
  std::vector<Scenario> read;
  std::vector<std::string> faults;
  for (const auto& file : names) {
    if (!file.ends_with(extension)) continue;
    const auto path = folder / file;
    // A scenario is a dozen lines.
    const auto text = files.read(path, 64u << 10);
    auto scenario = text ? parse_scenario(*text, path.string()) : base::Result<Scenario>(text.error());
    if (scenario)
      read.push_back(*std::move(scenario));
    else
      faults.push_back(scenario.error().text());
  }
  if (!faults.empty()) return Error::invalid(base::join(faults, "\n"));
  for (auto& scenario : read) put(std::move(scenario));
  sort();
  return {};
}

void Scenarios::put(Scenario scenario) {
  const auto same = std::find_if(all_.begin(), all_.end(), [&](const Scenario& other) {
    return base::lower(other.name) == base::lower(scenario.name);
  });
  if (same == all_.end())
    all_.push_back(std::move(scenario));
  else
    *same = std::move(scenario);
}

void Scenarios::sort() {
  const auto key = [](const Scenario& s) {
    const auto size = s.defaults.size.value_or(units::PictureSize{});
    return std::tuple(size.width * size.height, s.defaults.rate.value_or(units::Hertz()).value(),
                      std::string_view(s.name));
  };
  std::sort(all_.begin(), all_.end(), [&](const Scenario& a, const Scenario& b) { return key(a) < key(b); });
}

base::Result<Scenario> Scenarios::find(std::string_view name) const {
  const std::string given = base::lower(name.substr(0, 256));
  for (const auto& wanted : {given, with_usual_rate(given)})
    for (const auto& scenario : all_)
      if (base::lower(scenario.name) == wanted) return scenario;

  std::vector<std::string> candidates;
  for (const auto& scenario : all_) candidates.push_back(scenario.name);
  return Error::invalid(
      format("there is no scenario '{}'; names look like 1080p30-h264, 4K60-av1 or 720p30-h264-rtmp.{}",
             shown(name, 64), base::did_you_mean(with_usual_rate(shown(given, 64)), candidates)));
}

}  // namespace media
