#include "wire/results_file.h"

#include <initializer_list>

#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"

namespace wire {
namespace {

constexpr std::string_view schema = "ffwatt.test/1";

double unix_seconds(units::WallTime time) { return static_cast<double>(time.nanoseconds() / 1'000'000) / 1e3; }

// The documented names of a spec's fields are those of `parameters`.
void copy(const json::Value& from, json::Value& to, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys)
    if (const auto* value = from.find(key)) to.set(key, *value);
}

void write_documented(const jobs::Report& report, json::Value& row) {
  row.set("name", report.name);
  const auto asked = report.spec ? encode_parameters(*report.spec) : json::Value::object();
  copy(asked, row, {"bitrate", "resolution", "fps", "duration", "encoder", "preset"});
  row.set("start_time", unix_seconds(report.timings.encoding.value_or(report.timings.started)));
  row.set("end_time", unix_seconds(report.timings.ended));
  if (!report.spec) return;
  // What was asked for: of a ladder each of its renditions.
  auto outputs = json::Value::array({});
  for (const auto& one : media::renditions(*report.spec)) {
    auto output = json::Value::object();
    copy(encode_parameters(one), output, {"codec", "resolution", "fps", "bitrate"});
    outputs.push_back(std::move(output));
  }
  row.set("outputs", std::move(outputs));
}

json::Value encode_row(const ScenarioRow& scenario) {
  const auto& report = scenario.report;
  auto row = json::Value::object();
  write_documented(report, row);
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
  set_text(row, "log_tail", report.log_tail);
  return row;
}

}  // namespace

json::Value encode(const ResultsFile& file) {
  return json::Value::object({{"schema", schema},
                              {"test_date", units::rfc3339(file.test_date)},
                              {"scenarios", array_of(file.scenarios, encode_row)}});
}

}  // namespace wire
