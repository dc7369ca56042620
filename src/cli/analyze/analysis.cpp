#include "cli/analyze/analysis.h"

#include <algorithm>
#include <map>

#include "analysis/linear_fit.h"
#include "base/format.h"
#include "base/text.h"
#include "jobs/derived.h"
#include "units/parse.h"
#include "wire/encode.h"
#include "wire/results_file.h"
#include "wire/results_import.h"

namespace cli::analyze {
namespace {

using base::format;

// "30", "29.97", "2500k": as it stands in the file, whatever its type.
std::string text_of(const json::Value& value) {
  if (value.is_string()) return value.as_string();
  return value.is_number() ? format("{:g}", value.as_number()) : std::string();
}

double pixels_of(const std::string& size, double frames) {
  const auto parsed = units::parse_picture_size(size);
  return parsed ? 1.0 * parsed->width * parsed->height * frames : 0;
}

// What each stream of a row was to be: of its outputs, else `count` of the row's own.
std::vector<std::string> kinds_of(const json::Value& row) {
  std::vector<std::string> out;
  const auto kind = [](const json::Value& one) {
    const auto size = text_of(one.at("resolution")), rate = text_of(one.at("fps"));
    return size.empty() || size == "N/A" ? std::string() : rate.empty() ? size : size + "@" + rate;
  };
  if (row.at("outputs").is_array())
    for (const auto& output : row.at("outputs").items()) out.push_back(kind(output));
  if (out.empty()) {
    const auto count = row.at("count").is_integer() ? row.at("count").as_integer() : 1;
    out.assign(static_cast<std::size_t>(std::clamp<std::int64_t>(count, 1, 64)), kind(row));
  }
  if (std::any_of(out.begin(), out.end(), [](const auto& one) { return one.empty(); })) out.clear();
  return out;
}

std::string ladder_of(const std::vector<std::string>& kinds) {
  std::map<std::string, int> counted;
  for (const auto& kind : kinds) ++counted[kind];
  std::vector<std::string> parts;
  for (const auto& [kind, count] : counted) parts.push_back(count == 1 ? kind : format("{}x {}", count, kind));
  return base::join(parts, " ");
}

// Of what was delivered: each stream's frames with its own size.
std::optional<double> pixels_made(const json::Value& row, const std::vector<std::string>& kinds) {
  const auto size_of = [](const std::string& kind) { return kind.substr(0, kind.find('@')); };
  double sum = 0;
  if (row.at("pieces").is_array() && row.at("pieces").items().size() == kinds.size()) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto& frames = row.at("pieces").items()[i].at("frames");
      if (!frames.is_number()) return std::nullopt;
      sum += pixels_of(size_of(kinds[i]), frames.as_number());
    }
  } else {
    const auto& frames = row.at("progress").at("frames");
    const bool alike = !kinds.empty() && std::equal(kinds.begin() + 1, kinds.end(), kinds.begin());
    if (!alike || !frames.is_number()) return std::nullopt;
    sum = pixels_of(size_of(kinds.front()), frames.as_number());
  }
  return sum > 0 ? std::optional(sum) : std::nullopt;
}

AnalyzedRow row_of(jobs::Report report, const json::Value& row) {
  AnalyzedRow out;
  out.report = std::move(report);
  out.baseline = text_of(row.at("type")) == "baseline" || base::lower(out.report.name).starts_with("baseline");
  out.bitrate = text_of(row.at("bitrate")), out.resolution = text_of(row.at("resolution"));
  out.rate = text_of(row.at("fps")), out.duration = text_of(row.at("duration"));
  const auto kinds = out.baseline ? std::vector<std::string>() : kinds_of(row);
  out.streams = static_cast<int>(kinds.size()), out.ladder = ladder_of(kinds);
  if (!kinds.empty()) out.pixels = pixels_made(row, kinds);
  out.per_frame = jobs::energy_per_frame(out.report);
  const auto* const top = jobs::headline(out.report.energy);
  if (!top) return out;
  out.total = top->energy;
  for (const auto& line : out.report.energy)
    if (line.part == jobs::Part::above_idle && line.energy.scope() == top->energy.scope()) out.net = line.energy;
  if (out.net && out.net->known() && out.net->value().value() > 0 && out.net->low().value() > 0 && out.pixels)
    out.pixels_per_joule =
        AnalyzedRow::Efficiency{*out.pixels / out.net->value().value(), *out.pixels / out.net->high().value(),
                                *out.pixels / out.net->low().value()};
  return out;
}

bool is_good(const AnalyzedRow& row) { return row.report.outcome.end == jobs::End::completed && !row.baseline; }

std::optional<double> net_watts(const AnalyzedRow& row) {
  const auto time = jobs::elapsed(row.report);
  if (!is_good(row) || !row.net || !row.net->known() || !time) return std::nullopt;
  return row.net->value().value() / time->value();
}

void rank(std::vector<AnalyzedRow>& rows) {
  // Measured and estimated numbers are not of one ranking.
  std::map<std::pair<std::string, units::Quality>, std::vector<AnalyzedRow*>> classes;
  for (auto& row : rows)
    if (is_good(row) && row.pixels_per_joule && row.net) classes[{row.ladder, row.net->quality()}].push_back(&row);
  for (auto& [of, members] : classes) {
    const auto efficiency = [](const auto* row) {
      return row->pixels_per_joule.value_or(AnalyzedRow::Efficiency{});  // all of a class have one
    };
    std::stable_sort(members.begin(), members.end(),
                     [&](const auto* a, const auto* b) { return efficiency(a).value > efficiency(b).value; });
    for (std::size_t i = 0; i < members.size(); ++i) {
      members[i]->rank = static_cast<int>(i) + 1;
      members[i]->told_apart = i == 0 || efficiency(members[i]).high < efficiency(members[0]).low;
    }
  }
}

// Rows of alike streams only: what one more of them takes.
std::vector<Scaling> scalings_of(std::vector<AnalyzedRow>& rows, const std::vector<int>& streams) {
  std::map<std::string, std::vector<AnalyzedRow*>> kinds;
  for (auto& row : rows) {
    const bool alike = row.streams > 0 && row.bitrate.find(',') == row.bitrate.npos &&
                       (row.streams == 1 || row.ladder.starts_with(format("{}x ", row.streams)));
    if (!alike || !net_watts(row)) continue;
    const auto kind = row.streams == 1 ? row.ladder : row.ladder.substr(row.ladder.find(' ') + 1);
    kinds[row.bitrate.empty() ? kind : kind + " " + row.bitrate].push_back(&row);
  }
  std::vector<Scaling> out;
  for (auto& [of, members] : kinds) {
    std::vector<double> x, y;
    for (const auto* row : members) x.push_back(row->streams), y.push_back(net_watts(*row).value_or(0));
    const auto fit = analysis::linear_fit(x, y);
    if (!fit) continue;
    const double slope = fit->slope.value;
    Scaling one{of, fit->intercept, slope, fit->slope.low, fit->slope.high, {}};
    for (const int count : streams) one.at.emplace_back(count, fit->intercept + slope * count);
    for (auto* row : members) row->predicted = units::Watts(fit->intercept + slope * row->streams);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

base::Result<std::vector<AnalyzedRow>> rows_of_file(const json::Value& file) {
  FFWATT_TRY(auto reports, wire::decode_results_file(file));
  std::vector<AnalyzedRow> out;
  const auto& rows = file.at("scenarios").items();
  for (std::size_t i = 0; i < reports.size() && i < rows.size(); ++i)
    out.push_back(row_of(std::move(reports[i]), rows[i]));
  return out;
}

std::vector<AnalyzedRow> rows_of_runs(const std::vector<jobs::Report>& reports) {
  std::vector<AnalyzedRow> out;
  for (const auto& report : reports)
    out.push_back(row_of(report, wire::encode(wire::ScenarioRow{.report = report, .baseline = {}})));
  return out;
}

Analysis analyze(std::vector<AnalyzedRow> rows, const std::vector<int>& streams) {
  Analysis out;
  rank(rows);
  out.scalings = scalings_of(rows, streams);
  out.rows = std::move(rows);
  return out;
}

}  // namespace cli::analyze
