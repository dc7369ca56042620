#include "wire/results_file.h"

#include <initializer_list>

#include "base/format.h"
#include "base/text.h"
#include "media/streams.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"
#include "wire/quality.h"

namespace wire {
namespace {

constexpr std::string_view results_schema = "ffwatt.test/1";

double unix_seconds(units::WallTime time) { return static_cast<double>(time.nanoseconds() / 1'000'000) / 1e3; }

// The documented names of a spec's fields are those of `parameters`.
void copy(const json::Value& from, json::Value& to, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (const auto* value = from.find(key)) to.set(key, *value);
}

// The documented form of several bitrates: "1000k,2500k".
void write_bitrates(const std::vector<media::TranscodeSpec>& streams, json::Value& row) {
  std::vector<std::string> texts;
  for (const auto& one : streams)
    if (const auto asked = encode_parameters(one); asked.at("bitrate").is_string())
      texts.push_back(asked.at("bitrate").as_string());
  if (!texts.empty() && texts.size() == streams.size()) row.set("bitrate", base::join(texts, ","));
}

void write_asked(const ScenarioRow& scenario, json::Value& row) {
  const auto& report = scenario.report;
  if (!report.spec) return;
  const auto& spec = *report.spec;
  copy(encode_parameters(spec), row, {"bitrate", "resolution", "fps", "duration", "encoder", "preset"});
  const auto streams = media::streams_of(spec);
  if (spec.output_mode == media::OutputMode::rtmp && !spec.outputs.empty()) write_bitrates(streams, row);
  if (streams.size() > 1 || scenario.type == "multi") row.set("count", static_cast<std::int64_t>(streams.size()));
}

void write_outputs(const ScenarioRow& scenario, json::Value& row) {
  const auto& report = scenario.report;
  if (!report.spec) return;
  // What was asked for: each stream that ran together, of a ladder of files each of its renditions.
  auto outputs = json::Value::array({});
  std::size_t number = 0;
  for (const auto& stream : media::streams_of(*report.spec))
    for (const auto& one : media::renditions(stream)) {
      auto output = json::Value::object();
      copy(encode_parameters(one), output, {"codec", "resolution", "fps", "bitrate"});
      if (number < scenario.scores.size()) output.set("quality", encode(scenario.scores[number]));
      outputs.push_back(std::move(output));
      ++number;
    }
  row.set("outputs", std::move(outputs));
}

void write_target(const ScenarioRow& scenario, json::Value& row) {
  if (scenario.quality_target.empty()) return;
  auto target = json::Value::object();
  for (const auto& [metric, least] : scenario.quality_target) target.set(media::name(metric), least);
  row.set("quality_target", std::move(target));
  std::string why;
  const auto reached = reaches_target(scenario, why);
  row.set("quality_reached", reached ? json::Value(*reached) : json::Value());
  set_text(row, "quality_reason", why);
}

}  // namespace

std::optional<bool> reaches_target(const ScenarioRow& row, std::string& why) {
  why.clear();
  if (row.quality_target.empty()) return std::nullopt;
  if (row.scores.empty()) return why = "nothing was scored", std::nullopt;
  for (const auto& [metric, least] : row.quality_target)
    for (const auto& scoring : row.scores) {
      const media::MetricScore* found = nullptr;
      for (const auto& score : scoring.quality.scores)
        if (score.metric == metric) found = &score;
      if (!found || !found->pooled) {
        const std::string reason = found ? found->reason : scoring.reason;
        why = base::format("{} was not scored{}{}", media::name(metric), reason.empty() ? "" : ": ", reason);
        return std::nullopt;
      }
      if (found->pooled->mean < least) {
        why = base::format("{} is {:.2f}, at least {} was asked for", media::name(metric), found->pooled->mean, least);
        return false;
      }
    }
  return true;
}

json::Value encode(const ScenarioRow& scenario) {
  const auto& report = scenario.report;
  auto row = json::Value::object();
  row.set("name", report.name);
  write_asked(scenario, row);
  row.set("start_time", unix_seconds(report.timings.encoding.value_or(report.timings.started)));
  row.set("end_time", unix_seconds(report.timings.ended));
  write_outputs(scenario, row);
  if (scenario.number > 0) row.set("number", scenario.number);
  set_text(row, "type", scenario.type);
  set_text(row, "description", scenario.description);
  row.set("run_id", report.id);
  row.set("node", report.node);
  row.set("status", jobs::name(report.outcome.end));
  if (report.outcome.failure != jobs::FailureClass::none) row.set("failure", jobs::name(report.outcome.failure));
  set_text(row, "error", report.outcome.error);
  row.set("elapsed_seconds", report.timings.elapsed.value());
  set_quantity(row, "cpu_seconds", report.cpu_time);
  row.set("energy", array_of(report.energy, [](const jobs::EnergyLine& line) { return encode(line); }));
  if (report.power) row.set("power", encode_measured(*report.power, "watts"));
  if (report.peak_power) row.set("peak_power", encode_measured(*report.peak_power, "watts"));
  if (const auto per_frame = jobs::energy_per_frame(report)) {
    row.set("energy_per_frame", encode_measured(*per_frame, "joules"));
  }
  if (scenario.baseline) {
    auto baseline = encode_measured(scenario.baseline->power, "watts");
    baseline.set("duration_seconds", scenario.baseline->duration.value());
    if (!scenario.baseline->caveats.empty()) baseline.set("caveats", array_of(scenario.baseline->caveats));
    row.set("baseline", baseline);
  }
  if (report.progress) row.set("progress", encode(*report.progress));
  if (report.made) row.set("made", encode(*report.made));
  if (!report.caveats.empty()) row.set("caveats", array_of(report.caveats));
  if (!report.pieces.empty()) row.set("pieces", encode_pieces(report.pieces).at("pieces"));
  write_target(scenario, row);
  set_text(row, "log_tail", report.log_tail);
  return row;
}

json::Value encode(const ResultsFile& file) {
  auto out = json::Value::object({{"schema", results_schema}, {"test_date", units::rfc3339(file.test_date)}});
  set_text(out, "plan", file.plan);
  if (file.planned > 0) out.set("planned", static_cast<std::int64_t>(file.planned));
  out.set("scenarios", array_of(file.scenarios, [](const ScenarioRow& row) { return encode(row); }));
  return out;
}

}  // namespace wire
