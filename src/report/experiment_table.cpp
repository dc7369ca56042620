#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/text.h"
#include "report/csv_cells.h"
#include "report/experiment.h"
#include "report/text_layout.h"
#include "units/format.h"

namespace report {
namespace {

using wire::Experiment;
using Row = std::vector<std::string>;

constexpr const char* unknown = "n/a";

std::string energy_cell(const std::optional<units::Measured<units::Joules>>& energy) {
  if (!energy || !energy->known()) return unknown;
  return units::text(*energy);
}

std::string time_cell(const std::optional<Experiment::Setting::Time>& time) {
  return time ? units::text(time->mean) : unknown;
}

// How much more or less than the reference: "-57.2".
std::string percent(double ratio) { return base::format("{:+.1f}", 100 * (ratio - 1)); }

std::string against_cell(const Experiment::Setting& setting) {
  if (!setting.against) return "reference";
  if (!setting.against->ratio) return unknown;
  const auto& ratio = *setting.against->ratio;
  return base::format("{} % ({} to {})", percent(ratio.value), percent(ratio.low), percent(ratio.high));
}

std::string verdict_cell(const Experiment::Setting& setting) {
  if (!setting.against) return "";
  const auto& against = *setting.against;
  if (!against.ratio) return "no verdict";
  return against.verdict;
}

std::string energy_heading(const Experiment& experiment) {
  return experiment.metric == Experiment::Metric::energy_per_frame ? "J/frame (95 % CI)" : "energy (95 % CI)";
}

// Which columns go first where the line is too short for all.
const std::vector<std::string> first_to_go{"fps", "time", "runs"};

std::string laid_out(std::vector<Row> rows, const Style& style) {
  const auto most = static_cast<std::size_t>(std::max(style.columns - 1, 2));
  std::vector<std::size_t> widths(rows.front().size());
  for (auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = printable(row[i], style.symbols);
      widths[i] = std::max(widths[i], width(row[i]));
    }
  const auto total = [&] {
    std::size_t sum = 2 * (widths.size() - 1);
    for (const auto one : widths) sum += one;
    return sum;
  };
  for (auto name = first_to_go.begin(); name != first_to_go.end() && total() > most; ++name) {
    const auto at = std::find(rows.front().begin(), rows.front().end(), *name) - rows.front().begin();
    for (auto& row : rows) row.erase(row.begin() + at);
    widths.erase(widths.begin() + at);
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += pad_right(row[i], widths[i]);
      if (i + 1 < row.size()) line += "  ";
    }
    const auto last = line.find_last_not_of(' ');
    line.resize(last == std::string::npos ? 0 : last + 1);
    out += " " + cut(line, most, style.symbols) + "\n";
  }
  return out;
}

std::string note(const std::string& text, const Style& style) {
  const auto columns = static_cast<std::size_t>(std::max(style.columns - 3, 2));
  std::string out;
  bool first = true;
  for (const auto& line : wrap(printable(text, style.symbols), columns, columns))
    out += (first ? " " : "   ") + line + "\n", first = false;
  return out;
}

// What the energies of the settings are: one word where all are alike.
std::string quality_words(const Experiment& experiment) {
  std::vector<std::string> words;
  for (const auto& setting : experiment.settings) {
    if (!setting.energy) continue;
    auto word = setting.energy->known() ? base::format("{} ({}, {})", units::name(setting.energy->quality()),
                                                       setting.energy->source(), units::name(setting.energy->scope()))
                                        : base::format("not known: {}", setting.energy->reason());
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  }
  return words.empty() ? "" : "Energy is " + base::join(words, "; ") + ".";
}

}  // namespace

std::string experiment_table(const Experiment& experiment, const Style& style) {
  std::vector<Row> rows{{"setting", energy_heading(experiment), "time", "fps", "runs", "verdict", "vs reference"}};
  for (const auto& setting : experiment.settings) {
    const bool per_frame = experiment.metric == Experiment::Metric::energy_per_frame;
    rows.push_back({setting.name, energy_cell(per_frame ? setting.energy_per_frame : setting.energy),
                    time_cell(setting.time), setting.rate ? units::significant(setting.rate->value(), 3) : unknown,
                    std::to_string(setting.samples.size()), verdict_cell(setting), against_cell(setting)});
  }
  auto out = laid_out(rows, style);
  if (const auto words = quality_words(experiment); !words.empty()) out += note(words, style);
  bool estimated = false;
  for (const auto& setting : experiment.settings) {
    if (!setting.against) continue;
    estimated = estimated || !setting.against->caveat.empty();
    if (!setting.against->ratio)
      out += note(base::format("{}: no ratio: {}", setting.name, setting.against->reason), style);
  }
  if (experiment.settings.size() > 1)
    out += note(base::format("Compared by {}; a verdict needs p < 0.05 after Holm over {} comparison{}{}.",
                             wire::name(experiment.metric), experiment.settings.size() - 1,
                             experiment.settings.size() == 2 ? "" : "s",
                             estimated ? " and rests on an estimate: CPU time only" : ""),
                style);
  for (const auto& caveat : experiment.caveats) out += note("! " + caveat, style);
  for (const auto& setting : experiment.settings)
    for (const auto& failure : setting.failures)
      out +=
          note(base::format("! {}{} failed (run {}): {}", setting.name,
                            failure.block > 0 ? base::format(" #{}", failure.block) : "", failure.run, failure.error),
               style);
  return out;
}

std::string experiment_csv(const Experiment& experiment) {
  std::string out = "setting,run,block,metric,unit,value\n";
  const auto row = [&](const std::string& setting, const Experiment::Sample& sample, std::string_view metric,
                       std::string_view unit, std::optional<double> value) {
    out += csv_text(setting) + "," + csv_text(sample.run) + "," +
           (sample.block > 0 ? std::to_string(sample.block) : "") + "," + std::string(metric) + "," +
           std::string(unit) + "," + (value ? csv_number(*value) : "") + "\n";
  };
  for (const auto& setting : experiment.settings)
    for (const auto& sample : setting.samples) {
      row(setting.name, sample, "energy", "J", sample.energy ? std::optional(sample.energy->value()) : std::nullopt);
      if (sample.energy_per_frame) row(setting.name, sample, "energy_per_frame", "J", sample.energy_per_frame->value());
      row(setting.name, sample, "elapsed", "s", sample.elapsed.value());
    }
  return out;
}

}  // namespace report
