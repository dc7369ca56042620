// The record of one run: schema ffwatt.run/1. Fields are added to it, never changed or taken away.
#include "base/base64.h"
#include "base/format.h"
#include "jobs/confidence.h"
#include "jobs/cost.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/fields.h"
#include "wire/parts.h"
#include "wire/quality.h"
#include "wire/trace.h"

namespace wire {
namespace {

constexpr std::string_view schema = "ffwatt.run/1";
constexpr std::size_t most_arguments = 4096;

void write_outcome(const jobs::Outcome& outcome, json::Value& into) {
  into.set("end", jobs::name(outcome.end));
  if (outcome.failure != jobs::FailureClass::none) into.set("failure", jobs::name(outcome.failure));
  set_text(into, "error", outcome.error);
  if (outcome.exit_code) into.set("exit_code", *outcome.exit_code);
  if (outcome.signal) into.set("signal", *outcome.signal);
}

jobs::Outcome read_outcome(json::Reader& reader) {
  jobs::Outcome outcome;
  outcome.end = read_named(reader, "end", jobs::parse_end);
  outcome.failure =
      read_optional_named(reader, "failure", jobs::parse_failure_class).value_or(jobs::FailureClass::none);
  outcome.error = read_text(reader, "error", longest_text);
  const auto small = [&](std::string_view key) -> std::optional<int> {
    const auto number = reader.integer(key, -1'000'000, 1'000'000);
    return number ? std::optional<int>(static_cast<int>(*number)) : std::nullopt;
  };
  outcome.exit_code = small("exit_code");
  outcome.signal = small("signal");
  return outcome;
}

void write_timings(const jobs::Timings& timings, json::Value& into) {
  set_time(into, "queued_at", timings.queued);
  set_time(into, "started_at", timings.started);
  set_time(into, "encoding_at", timings.encoding);
  set_time(into, "ended_at", timings.ended);
  set_unsure(into, "elapsed_seconds", timings.elapsed);  // 0: the command did not run, or nobody knows how long
}

jobs::Timings read_timings(json::Reader& reader) {
  jobs::Timings timings;
  timings.queued = read_optional_time(reader, "queued_at");
  timings.started = read_time(reader, "started_at");
  timings.encoding = read_optional_time(reader, "encoding_at");
  timings.ended = read_time(reader, "ended_at");
  timings.elapsed = read_quantity<units::Seconds>(reader, "elapsed_seconds");
  return timings;
}

media::TranscodeSpec read_spec(json::Reader& reader) {
  auto spec = read_parameters(reader);
  spec.scenario = read_text(reader, "scenario");
  return spec;
}

constexpr std::size_t most_pieces = 64;

json::Value encode_piece(const jobs::Piece& piece) {
  auto value =
      json::Value::object({{"kind", jobs::name(piece.kind)}, {"number", piece.number}, {"end", jobs::name(piece.end)}});
  set_text(value, "error", piece.error);
  set_text(value, "output", piece.output);
  if (piece.made) value.set("made", encode(*piece.made));
  set_quantity(value, "elapsed_seconds", piece.elapsed);
  if (piece.frames) value.set("frames", *piece.frames);
  if (piece.energy) value.set("energy", encode_measured(*piece.energy, "joules"));
  return value;
}

jobs::Piece read_piece(json::Reader& reader) {
  jobs::Piece piece;
  piece.kind = read_named(reader, "kind", jobs::parse_piece_kind);
  piece.number = static_cast<int>(reader.required_integer("number", 1, 1'000'000));
  piece.end = read_named(reader, "end", jobs::parse_end);
  piece.error = read_text(reader, "error", longest_text);
  piece.output = read_text(reader, "output", 4096);
  piece.made = read_member(reader, "made", read_media_facts);
  piece.elapsed = read_optional_quantity<units::Seconds>(reader, "elapsed_seconds");
  piece.frames = reader.integer("frames", 0, most_count);
  piece.energy =
      read_member(reader, "energy", [](json::Reader& r) { return read_measured<units::Joules>(r, "joules"); });
  return piece;
}

json::Value encode_confidence(const jobs::Confidence& confidence) {
  return json::Value::object({{"level", jobs::name(confidence.level)}, {"reason", confidence.reason}});
}

units::Measured<units::Watts> read_watts(json::Reader& reader) {
  auto watts = read_measured<units::Watts>(reader, "watts");
  if (!jobs::plausible(watts))
    reader.fault("watts",
                 base::format("is {}, which no machine draws; what is not known is null, unmeasurable for a reason",
                              watts.value().value()));
  return watts;
}

json::Value encode_sandbox(const jobs::Sandbox& sandbox) {
  auto value = json::Value::object({{"mode", sandbox.mode}});
  value.set("layers", array_of(sandbox.layers, [](const jobs::Sandbox::Layer& layer) {
              const bool on = layer.state == jobs::Sandbox::Layer::State::on;
              auto out = json::Value::object({{"layer", layer.name}, {"state", on ? "on" : "missing"}});
              set_text(out, on ? "detail" : "reason", layer.detail);
              return out;
            }));
  return value;
}

jobs::Sandbox::Layer read_layer(json::Reader& reader) {
  jobs::Sandbox::Layer layer;
  layer.name = reader.required_string("layer", longest_name);
  const auto state = reader.required_string("state", longest_name);
  if (state != "on" && state != "missing")
    reader.fault("state", base::format("is '{}'; on or missing", state.substr(0, 64)));
  layer.state = state == "on" ? jobs::Sandbox::Layer::State::on : jobs::Sandbox::Layer::State::missing;
  const auto detail = read_text(reader, "detail", longest_text), reason = read_text(reader, "reason", longest_text);
  layer.detail = state == "on" ? detail : reason;
  return layer;
}

jobs::Sandbox read_sandbox(json::Reader& reader) {
  jobs::Sandbox sandbox;
  sandbox.mode = reader.required_string("mode", longest_name);
  sandbox.layers = read_members(reader, "layers", 32, read_layer);
  return sandbox;
}

}  // namespace

json::Value encode(const jobs::Report& report, PowerTrace power_trace) {
  auto value = json::Value::object({{"schema", schema}, {"id", report.id}, {"kind", report.kind}});
  set_text(value, "name", report.name);
  set_text(value, "node", report.node);
  if (!report.tags.empty()) set_texts(value, "tags", report.tags);
  write_outcome(report.outcome, value);
  write_timings(report.timings, value);
  value.set("energy", array_of(report.energy, [](const jobs::EnergyLine& line) { return encode(line); }));
  if (report.rates) {
    value.set("rates", encode(*report.rates));
    // These two follow from the rest, and are never read.
    if (const auto cost = jobs::cost(report)) {
      auto amount = encode_measured(*cost, "amount");
      set_text(amount, "currency", report.rates->currency);
      value.set("cost", std::move(amount));
    }
    if (const auto co2e = jobs::emissions(report)) value.set("emissions", encode_measured(*co2e, "grams"));
  }
  if (report.power) value.set("power", encode_measured(*report.power, "watts"));
  if (report.peak_power) value.set("peak_power", encode_measured(*report.peak_power, "watts"));
  value.set("confidence", encode_confidence(jobs::confidence(report)));  // follows from the rest; never read
  value.set("caveats", array_of(report.caveats));
  if (report.sandbox) value.set("sandbox", encode_sandbox(*report.sandbox));
  set_quantity(value, "cpu_seconds", report.cpu_time);
  set_quantity(value, "peak_memory_bytes", report.peak_memory);
  if (report.progress) value.set("progress", encode(*report.progress));
  if (report.made) value.set("made", encode(*report.made));
  if (report.scoring) value.set("quality", encode(*report.scoring));
  set_text(value, "output", report.output);
  if (!report.pieces.empty()) value.set("pieces", array_of(report.pieces, encode_piece));
  if (report.spec) value.set("parameters", encode(*report.spec));
  value.set("command", array_of(report.command));
  set_text(value, "log_tail", report.log_tail);
  if (!report.trace.empty()) value.set("trace", encode_trace(report.trace));
  if (power_trace == PowerTrace::included && !report.power_trace.empty())
    value.set("power_trace", base::base64(report.power_trace));
  return value;
}

jobs::Report read_report(json::Reader& reader) {
  jobs::Report report;
  if (const auto given = reader.required_string("schema"); !given.empty() && given != schema)
    reader.fault("schema", base::format("is '{}', but this version reads {}", given.substr(0, 64), schema));
  report.id = reader.required_string("id", longest_name);
  report.kind = reader.required_string("kind", longest_name);
  report.name = read_text(reader, "name");
  report.node = read_text(reader, "node");
  report.tags = read_texts(reader, "tags", 64);
  report.outcome = read_outcome(reader);
  report.timings = read_timings(reader);
  report.energy = read_members(reader, "energy", 64, read_energy_line);
  report.rates = read_member(reader, "rates", read_rates);
  report.power = read_member(reader, "power", read_watts);
  report.peak_power = read_member(reader, "peak_power", read_watts);
  report.caveats = reader.strings("caveats", 64);
  report.sandbox = read_member(reader, "sandbox", read_sandbox);
  report.cpu_time = read_optional_quantity<units::Seconds>(reader, "cpu_seconds");
  report.peak_memory = read_optional_quantity<units::Bytes>(reader, "peak_memory_bytes");
  report.progress = read_member(reader, "progress", read_progress);
  report.made = read_member(reader, "made", read_media_facts);
  report.scoring = read_member(reader, "quality", read_scoring);
  report.output = read_text(reader, "output", 4096);
  report.pieces = read_members(reader, "pieces", most_pieces, read_piece);
  for (const auto* derived : {"confidence", "cost", "emissions"}) reader.any(derived);
  report.spec = read_member(reader, "parameters", read_spec);
  report.command = reader.strings("command", most_arguments);
  report.log_tail = read_text(reader, "log_tail", longest_text);
  report.trace = read_member(reader, "trace", read_trace).value_or(std::vector<jobs::PowerPoint>{});
  report.power_trace = read_power_trace(reader);
  return report;
}

json::Value encode_pieces(const std::vector<jobs::Piece>& pieces) {
  return json::Value::object({{"pieces", array_of(pieces, encode_piece)}});
}

base::Result<std::vector<jobs::Piece>> decode_pieces(const json::Value& value) {
  return whole(value, From::ourselves,
               [](json::Reader& reader) { return read_members(reader, "pieces", most_pieces, read_piece); });
}

base::Result<jobs::Report> decode_report(const json::Value& value) {
  return whole(value, From::ourselves, read_report);
}

}  // namespace wire
