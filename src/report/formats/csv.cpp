// RFC 4180 with '\n' as line end, so that cut, awk and spreadsheets all read it. One row for each energy line; a run
// without any has one row that says so. An empty cell is unknown, never zero. The columns are only ever added to, at
// the end.
#include "base/format.h"
#include "base/text.h"
#include "report/derived.h"
#include "report/formats/formats.h"
#include "report/redact.h"
#include "report/utf8.h"
#include "report/words.h"

namespace report::formats {
namespace {

constexpr std::string_view header =
    "run_id,name,scenario,kind,node,started,state,elapsed_seconds,frames,scope,part,energy_joules,energy_joules_low,"
    "energy_joules_high,quality,source,reason,energy_per_frame_joules,mean_power_watts,cpu_seconds,tags,command";

// A spreadsheet runs a cell that begins with one of = + - @ or with a tab as a formula; a ' in front makes it text.
std::string text_cell(std::string_view text) {
  std::string clean;
  for (auto rest = text; !rest.empty();) {
    const auto character = first_character(rest);
    if (character.kind == Character::Kind::visible)
      clean += rest.substr(0, character.bytes);
    else
      clean += character.kind == Character::Kind::control && character.code <= ' ' ? " " : "?";
    rest.remove_prefix(character.bytes);
  }
  // Some programs trim blanks before they look for a formula.
  const auto first = clean.find_first_not_of(' ');
  if (first != std::string::npos && std::string_view("=+-@").find(clean[first]) != std::string_view::npos)
    clean.insert(clean.begin(), '\'');
  if (clean.find_first_of(",\"'\n") == std::string::npos) return clean;
  std::string out = "\"";
  for (const char c : clean) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

// Ten digits: more than any sensor has, and none of the noise of binary fractions (421.70000000000005).
std::string number_cell(double number) { return base::format("{:.10g}", number); }

std::string tags_of(const jobs::Report& report) {
  std::vector<std::string> tags;
  for (const auto& [key, value] : report.tags) tags.push_back(key + "=" + value);
  return base::join(tags, " ");
}

std::string row(const jobs::Report& report, const jobs::EnergyLine* line) {
  std::vector<std::string> cells;
  const auto text = [&](std::string_view cell) { cells.push_back(text_cell(cell)); };
  const auto quantity = [&](const auto& maybe) { cells.push_back(maybe ? number_cell(maybe->value()) : ""); };
  text(report.id), text(report.name), text(report.spec ? report.spec->scenario : ""), text(report.kind),
      text(report.node);
  text(units::rfc3339(report.timings.started)), text(jobs::name(report.outcome.end)), quantity(elapsed(report));
  const auto count = frames(report);
  cells.push_back(count ? std::to_string(*count) : "");

  const bool known = line && line->energy.known();
  text(line ? units::name(line->energy.scope()) : ""), text(line ? jobs::name(line->part) : "");
  for (const auto bound : {&units::Measured<units::Joules>::value, &units::Measured<units::Joules>::low,
                           &units::Measured<units::Joules>::high})
    cells.push_back(known ? number_cell((line->energy.*bound)().value()) : "");
  text(units::name(line ? line->energy.quality() : units::Quality::unmeasurable));
  text(known ? line->energy.source() : "");
  text(known ? "" : line ? reason_words(line->energy.reason()) : "no energy was read during this run");

  // Only beside the line that they were made from: a mean power next to another scope's joules would be misread.
  const bool top = line && line == jobs::headline(report.energy);
  const auto per_frame = jobs::energy_per_frame(report);
  cells.push_back(top && per_frame && per_frame->known() ? number_cell(per_frame->value().value()) : "");
  cells.push_back(top && report.power && report.power->known() ? number_cell(report.power->value().value()) : "");
  quantity(report.cpu_time), text(tags_of(report)), text(command_words(report));
  return base::join(cells, ",") + "\n";
}

}  // namespace

std::string csv(const std::vector<jobs::Report>& reports) {
  std::string out = std::string(header) + "\n";
  for (const auto& report : reports) {
    for (const auto& line : report.energy) out += row(report, &line);
    if (report.energy.empty()) out += row(report, nullptr);
  }
  return out;
}

}  // namespace report::formats
