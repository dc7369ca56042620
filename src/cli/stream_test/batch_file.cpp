#include "cli/stream_test/batch_file.h"

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "json/reader.h"

namespace cli::stream_test {
namespace {

using base::format;

// A plan of 10 000 scenarios with ladders, and no more than a person or a script would write.
constexpr json::Limits kLimits{.bytes = 32u << 20, .depth = 16, .nodes = 4'000'000};

base::Result<units::Hertz> parse_rate(std::string_view text) {
  const auto rate = base::to_double(text);
  if (!rate) return base::Error::invalid(format("'{}' is no frame rate, such as 30", text.substr(0, 64)));
  return units::Hertz(*rate);
}

void read_picture(json::Reader& reader, media::Rendition& into) {
  if (const auto bitrate = reader.parsed("bitrate", units::parse_bitrate)) into.bitrate = *bitrate;
  if (const auto size = reader.parsed("resolution", units::parse_picture_size)) into.size = *size;
  if (const auto rate = reader.parsed("fps", parse_rate)) into.rate = *rate;
}

std::map<media::Metric, double> read_target(json::Reader& reader) {
  std::map<media::Metric, double> out;
  const auto* const value = reader.any("quality_target");
  if (!value || value->is_null()) return out;
  if (!value->is_object()) {
    // The documented form: a VMAF.
    if (const auto least = reader.number("quality_target", 0, 100)) out[media::Metric::vmaf] = *least;
    return out;
  }
  auto each = reader.object("quality_target");
  if (!each) return out;  // a fault by now
  for (const auto metric : media::all_metrics())
    if (const auto least = each->number(media::name(metric), 0, 1000)) out[metric] = *least;
  each->finish();
  return out;
}

// The streams that a scenario sends: of `outputs` each, else one for each of `bitrates`, else `count` of the same.
void read_streams(json::Reader& reader, Scenario& scenario, json::Faults& faults) {
  const auto count = reader.integer("count", 1, media::most_streams);
  const auto bitrates = reader.strings("bitrates", media::most_streams);
  std::vector<media::Rendition> streams;
  for (auto& output : reader.objects("outputs", media::most_outputs)) {
    auto& one = streams.emplace_back(scenario.spec);
    read_picture(output, one);
    output.finish();
  }
  if (!streams.empty() && !bitrates.empty())
    reader.fault("bitrates", "outputs have bitrates of their own; leave one of the two out");
  if (streams.empty())
    for (std::size_t i = 0; i < bitrates.size(); ++i) {
      auto& one = streams.emplace_back(scenario.spec);
      const auto bitrate = units::parse_bitrate(bitrates[i]);
      if (bitrate)
        one.bitrate = *bitrate;
      else
        faults.add({format("{}/bitrates/{}", reader.pointer(), i), bitrate.error().text(), reader.value().position()});
    }
  if (count && !streams.empty() && static_cast<std::size_t>(*count) != streams.size())
    reader.fault("count", format("is {}, but {} streams are described", *count, streams.size()));
  if (streams.empty() && count) streams.assign(static_cast<std::size_t>(*count), scenario.spec);
  set_streams(scenario.spec, std::move(streams));
}

Scenario read_scenario(json::Reader& reader, std::size_t number, const BatchDefaults& defaults, json::Faults& faults) {
  Scenario out;
  out.name = reader.string("name", 200).value_or(format("scenario {}", number));
  out.description = reader.string("description").value_or("");
  const bool several = reader.has("count") || reader.has("bitrates") || reader.has("outputs");
  out.type = several ? Scenario::Type::multi : Scenario::Type::single;
  if (const auto text = reader.string("type")) {
    const auto type = parse_type(*text);
    if (type)
      out.type = *type;
    else
      reader.fault("type", type.error().text());
  }
  out.spec = usual_stream();
  out.stabilization = reader.parsed("stabilization", units::parse_duration).value_or(defaults.stabilization);
  out.cooldown = reader.parsed("cooldown", units::parse_duration).value_or(defaults.cooldown);
  if (const auto length = reader.parsed("duration", units::parse_duration)) out.spec.duration = *length;
  read_picture(reader, out.spec);
  if (auto encoder = reader.string("encoder")) out.spec.encoder = *std::move(encoder);
  if (auto preset = reader.string("preset")) out.spec.preset = *std::move(preset);
  out.quality_target = read_target(reader);
  read_streams(reader, out, faults);
  complete(out.spec);
  return out;
}

// Of a file that is the list itself.
json::Faults of_a_list(const json::Faults& faults) {
  constexpr std::string_view outer = "/scenarios";
  json::Faults out;
  for (auto fault : faults.list()) {
    if (fault.pointer.starts_with(outer)) fault.pointer.erase(0, outer.size());
    out.add(std::move(fault));
  }
  return out;
}

}  // namespace

base::Result<std::vector<Scenario>> read_batch(std::string_view text, const BatchDefaults& defaults) {
  FFWATT_TRY(auto value, json::parse(text, kLimits));
  const bool is_list = value.is_array();
  if (!is_list && !value.is_object())
    return base::Error::invalid(format(
        "a batch file is a list of scenarios, or an object with the list 'scenarios', and no {}", value.type_name()));
  json::Faults faults;
  const auto whole = is_list ? json::Value::object({{"scenarios", std::move(value)}}) : std::move(value);
  json::Reader reader(whole, faults);
  std::vector<Scenario> out;
  if (!reader.has("scenarios")) reader.fault("scenarios", "is missing: the list of what is to be done");
  for (auto& one : reader.objects("scenarios", most_scenarios)) {
    const auto before = faults.list().size();
    auto scenario = read_scenario(one, out.size() + 1, defaults, faults);
    one.finish();
    // What could not be read has been told of.
    if (faults.list().size() == before)
      for (auto& fault : faults_of(scenario))
        faults.add({one.pointer() + "/" + fault.field, std::move(fault.message), one.value().position()});
    out.push_back(std::move(scenario));
  }
  reader.finish();
  if (faults.empty() && out.empty()) reader.fault("scenarios", "is empty: there is nothing to do");
  if (!faults.empty()) return is_list ? of_a_list(faults).error() : faults.error();
  return out;
}

}  // namespace cli::stream_test
