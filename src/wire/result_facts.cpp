#include "wire/result_facts.h"

#include <algorithm>

#include "jobs/cost.h"
#include "jobs/derived.h"

namespace wire {
namespace {

using jobs::Report;
using Kind = Fact::Kind;

// Raised where a fact keeps its name and gets another meaning: those that are kept are made anew then.
constexpr std::string_view edition = "1";

json::Value text(std::string_view text) { return text.empty() ? json::Value() : json::Value(text); }
json::Value text(const std::optional<units::WallTime>& time) { return time ? units::rfc3339(*time) : json::Value(); }
template <class Q>
json::Value number(const std::optional<Q>& quantity) {
  return quantity ? json::Value(quantity->value()) : json::Value();
}
json::Value plain(const auto& number) { return number ? json::Value(*number) : json::Value(); }
// ffmpeg's progress has 0 where it does not know.
template <class Q>
json::Value unless_zero(Q quantity) {
  return quantity > Q{} ? json::Value(quantity.value()) : json::Value();
}

// As what was made says, else as was asked. `hevc` is ffprobe's word for h265.
json::Value codec(const Report& report) {
  if (report.made && !report.made->video_codec.empty()) {
    const auto known = media::parse_codec(report.made->video_codec);
    return known ? text(media::name(*known)) : text(report.made->video_codec);
  }
  return report.spec ? text(media::name(report.spec->codec)) : json::Value();
}

json::Value picture(const Report& report, int units::PictureSize::*side) {
  return report.made && report.made->picture ? json::Value((*report.made->picture).*side) : json::Value();
}

json::Value size(const Report& report) {
  if (report.made && report.made->size) return number(report.made->size);
  return report.progress ? unless_zero(report.progress->bytes) : json::Value();
}

json::Value bitrate(const Report& report) {
  if (report.made && report.made->bitrate) return number(report.made->bitrate);
  return report.progress ? unless_zero(report.progress->bitrate) : json::Value();
}

using Energy = units::Measured<units::Joules>;
template <class F>
json::Value headline(const Report& report, F f) {
  const auto* line = jobs::headline(report.energy);
  return line ? f(line->energy) : json::Value();
}
json::Value joules(const Report& report, units::Joules (Energy::*of)() const) {
  return headline(report,
                  [of](const Energy& energy) { return energy.known() ? (energy.*of)().value() : json::Value(); });
}
template <class Q>
json::Value known(const std::optional<units::Measured<Q>>& measured) {
  return measured && measured->known() ? json::Value(measured->value().value()) : json::Value();
}

constexpr Fact all[] = {
    {"id", Kind::text, [](const Report& r) { return text(r.id); }},
    {"name", Kind::text, [](const Report& r) { return text(r.name); }},
    {"kind", Kind::text, [](const Report& r) { return text(r.kind); }},
    {"node", Kind::text, [](const Report& r) { return text(r.node); }},
    {"state", Kind::text, [](const Report& r) { return text(jobs::name(r.outcome.end)); }},
    {"scenario", Kind::text, [](const Report& r) { return r.spec ? text(r.spec->scenario) : json::Value(); }},
    {"codec", Kind::text, codec},
    {"encoder", Kind::text, [](const Report& r) { return r.spec ? text(r.spec->encoder) : json::Value(); }},
    {"preset", Kind::text, [](const Report& r) { return r.spec ? text(r.spec->preset) : json::Value(); }},
    {"started", Kind::time, [](const Report& r) { return text(r.timings.started); }},
    {"ended", Kind::time, [](const Report& r) { return text(r.timings.ended); }},
    {"elapsed_seconds", Kind::number, [](const Report& r) { return number(jobs::elapsed(r)); }},
    {"energy_joules", Kind::number, [](const Report& r) { return joules(r, &Energy::value); }},
    {"energy_low_joules", Kind::number, [](const Report& r) { return joules(r, &Energy::low); }},
    {"energy_high_joules", Kind::number, [](const Report& r) { return joules(r, &Energy::high); }},
    {"energy_scope", Kind::text,
     [](const Report& r) { return headline(r, [](const Energy& e) { return text(units::name(e.scope())); }); }},
    {"energy_quality", Kind::text,
     [](const Report& r) { return headline(r, [](const Energy& e) { return text(units::name(e.quality())); }); }},
    {"energy_source", Kind::text,
     [](const Report& r) { return headline(r, [](const Energy& e) { return text(e.source()); }); }},
    {"energy_per_frame_joules", Kind::number, [](const Report& r) { return known(jobs::energy_per_frame(r)); }},
    {"power_watts", Kind::number, [](const Report& r) { return known(r.power); }},
    {"peak_power_watts", Kind::number, [](const Report& r) { return known(r.peak_power); }},
    {"cpu_seconds", Kind::number, [](const Report& r) { return number(r.cpu_time); }},
    {"peak_memory_bytes", Kind::number, [](const Report& r) { return number(r.peak_memory); }},
    {"frames", Kind::number, [](const Report& r) { return plain(jobs::frames(r)); }},
    {"encoded_frames_per_second", Kind::number, [](const Report& r) { return number(jobs::mean_rate(r)); }},
    {"speed", Kind::number, [](const Report& r) { return plain(jobs::realtime_factor(r)); }},
    {"width", Kind::number, [](const Report& r) { return picture(r, &units::PictureSize::width); }},
    {"height", Kind::number, [](const Report& r) { return picture(r, &units::PictureSize::height); }},
    {"fps", Kind::number, [](const Report& r) { return r.made ? number(r.made->rate) : json::Value(); }},
    {"duration_seconds", Kind::number,
     [](const Report& r) { return r.made ? number(r.made->duration) : json::Value(); }},
    {"size_bytes", Kind::number, size},
    {"bitrate_bits_per_second", Kind::number, bitrate},
    {"failure", Kind::text,
     [](const Report& r) {
       return r.outcome.failure == jobs::FailureClass::none ? json::Value() : text(jobs::name(r.outcome.failure));
     }},
    {"exit_code", Kind::number, [](const Report& r) { return plain(r.outcome.exit_code); }},
    {"cost", Kind::number, [](const Report& r) { return known(jobs::cost(r)); }},
    {"currency", Kind::text, [](const Report& r) { return r.rates ? text(r.rates->currency) : json::Value(); }},
    {"emissions_grams", Kind::number, [](const Report& r) { return known(jobs::emissions(r)); }},
    {"region", Kind::text, [](const Report& r) { return r.rates ? text(r.rates->region) : json::Value(); }},
};

constexpr std::string_view tags = "tags.";
constexpr Fact any_tag{tags, Kind::text, nullptr};

void add_tags(const jobs::Report& report, json::Object& into) {
  for (const auto& [key, value] : report.tags)
    if (!value.empty()) into.push_back({std::string(tags) + key, value});
}

}  // namespace

std::span<const Fact> facts() { return all; }

const Fact* find_fact(std::string_view name) {
  if (name.starts_with(tags) && name.size() > tags.size()) return &any_tag;
  const auto* found = std::find_if(std::begin(all), std::end(all), [&](const Fact& fact) { return fact.name == name; });
  return found == std::end(all) ? nullptr : found;
}

std::vector<std::string> fact_names() {
  std::vector<std::string> names;
  for (const auto& fact : all) names.emplace_back(fact.name);
  return names;
}

json::Value encode_facts(const jobs::Report& report) {
  json::Object known;
  for (const auto& fact : all)
    if (auto value = fact.of(report); !value.is_null()) known.push_back({std::string(fact.name), std::move(value)});
  add_tags(report, known);
  return json::Value::of_members(std::move(known));
}

json::Value encode_tags(const jobs::Report& report) {
  json::Object known;
  add_tags(report, known);
  return json::Value::of_members(std::move(known));
}

std::string facts_edition() {
  std::string text(edition);
  for (const auto& fact : all) (text += ' ') += fact.name;
  return text;
}

}  // namespace wire
