#include "wire/results_import.h"

#include "base/format.h"
#include "base/text.h"
#include "media/encoder_table.h"
#include "units/parse.h"
#include "wire/fields.h"
#include "wire/parts.h"

namespace wire {
namespace {

constexpr std::size_t most_rows = 10'000, most_lines = 64;
// 2100-01-01: later is a number of milliseconds.
constexpr double latest_time = 4102444800.0;

std::optional<units::WallTime> read_unix(json::Reader& row, std::string_view key) {
  const auto seconds = row.number(key, 0, latest_time);
  if (!seconds) return std::nullopt;
  // To the millisecond, as they were written.
  return units::WallTime::from_nanoseconds(static_cast<std::int64_t>(*seconds * 1e3 + 0.5) * 1'000'000);
}

// A number, or as text; the "N/A" of a row without a stream stays a text.
std::optional<double> read_rate(json::Reader& row, jobs::Report& report) {
  const auto* const value = row.any("fps");
  if (!value || !value->is_string()) return row.number("fps", 0, 1000);
  const auto number = base::to_double(value->as_string());
  if (number && *number >= 0 && *number <= 1000) return number;
  if (const auto text = read_text(row, "fps"); !text.empty()) report.tags["fps"] = text;
  return std::nullopt;
}

// What was asked for. Texts that are no single value, such as the "1000k,2500k" of several streams, stay texts.
void read_asked(json::Reader& row, jobs::Report& report) {
  media::TranscodeSpec spec;
  spec.output_mode = media::OutputMode::rtmp;
  const auto encoder = read_text(row, "encoder");
  const auto* facts = media::find_encoder(encoder);
  // Without an encoder nobody knows the codec, and a spec has one.
  if (facts) spec.encoder = encoder, spec.codec = facts->codec;
  const auto keep_text = [&](const char* key, const std::string& text) {
    if (!text.empty()) report.tags[key] = text;
  };
  if (!facts) keep_text("encoder", encoder);
  const auto bitrate = read_text(row, "bitrate"), size = read_text(row, "resolution"),
             preset = read_text(row, "preset");
  const auto rate = read_rate(row, report);
  const auto duration = row.number("duration", 0, 1e9);
  const auto asked_bitrate = units::parse_bitrate(bitrate);
  if (facts && asked_bitrate && *asked_bitrate > units::BitsPerSecond(0))
    spec.bitrate = *asked_bitrate;
  else
    keep_text("bitrate", bitrate);
  if (const auto asked = units::parse_picture_size(size); facts && asked)
    spec.size = *asked;
  else
    keep_text("resolution", size);
  if (rate && *rate > 0) spec.rate = units::Hertz(*rate);
  if (duration && *duration > 0) spec.duration = units::Seconds(*duration);
  if (facts)
    spec.preset = preset, report.spec = std::move(spec);
  else
    keep_text("preset", preset);
}

void read_outcome(json::Reader& row, jobs::Report& report) {
  const auto end = read_optional_named(row, "status", jobs::parse_end);
  report.outcome.end = end.value_or(jobs::End::completed);
  if (!end) report.caveats.emplace_back("the results file does not say how it ended");
  report.outcome.failure =
      read_optional_named(row, "failure", jobs::parse_failure_class).value_or(jobs::FailureClass::none);
  report.outcome.error = read_text(row, "error", longest_text);
}

void read_times(json::Reader& row, const std::optional<units::WallTime>& test_date, jobs::Report& report) {
  const auto start = read_unix(row, "start_time"), end = read_unix(row, "end_time");
  const auto elapsed = row.number("elapsed_seconds", 0, 1e9);
  if (!start && !test_date) row.fault("start_time", "is missing, and the file has no test_date: when was it?");
  if (start && end && *end < *start) row.fault("end_time", "is before start_time");
  report.timings.started = start.value_or(test_date.value_or(units::WallTime()));
  report.timings.encoding = start;
  report.timings.ended = end.value_or(report.timings.started);
  if (elapsed)
    report.timings.elapsed = units::Seconds(*elapsed);
  else if (start && end && *end > *start)
    report.timings.elapsed = *end - *start;
  else
    report.caveats.emplace_back("the results file does not say how long it took");
}

jobs::Report read_row(json::Reader& row, const std::optional<units::WallTime>& test_date) {
  jobs::Report report;
  report.kind = "test";
  report.id = read_text(row, "run_id"), report.name = read_text(row, "name"), report.node = read_text(row, "node");
  for (const auto& caveat : row.strings("caveats", most_lines)) report.caveats.push_back(caveat);
  read_asked(row, report);
  read_times(row, test_date, report);
  read_outcome(row, report);
  report.energy = read_members(row, "energy", most_lines, read_energy_line);
  if (report.energy.empty()) report.caveats.emplace_back("the results file holds no energy");
  const auto watts = [](json::Reader& reader) { return read_measured<units::Watts>(reader, "watts"); };
  report.power = read_member(row, "power", watts);
  report.peak_power = read_member(row, "peak_power", watts);
  report.cpu_time = read_optional_quantity<units::Seconds>(row, "cpu_seconds");
  report.progress = read_member(row, "progress", read_progress);
  report.made = read_member(row, "made", read_media_facts);
  report.log_tail = read_text(row, "log_tail", longest_text);
  if (const auto sound = jobs::check_energy(report); !sound) row.fault("energy", sound.error().text());
  return report;
}

}  // namespace

base::Result<std::vector<jobs::Report>> decode_results_file(const json::Value& value) {
  if (!value.is_object() || !value.find("scenarios"))
    return base::Error::invalid("is no results file: it has no list 'scenarios'");
  return whole(value, From::ourselves, [](json::Reader& reader) {
    // Old programs wrote local times without a zone; those are no moment, and rows have moments of their own.
    const auto text = read_text(reader, "test_date");
    const auto parsed = units::parse_rfc3339(text);
    const auto date = parsed ? std::optional(*parsed) : std::nullopt;
    return read_members(reader, "scenarios", most_rows, [&](json::Reader& row) { return read_row(row, date); });
  });
}

}  // namespace wire
