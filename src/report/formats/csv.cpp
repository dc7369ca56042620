// One row for each energy line; a run without any has one row that says so. The columns are only ever added to, at the
// end.
#include "base/format.h"
#include "base/text.h"
#include "report/csv_cells.h"
#include "report/derived.h"
#include "report/formats/formats.h"
#include "report/redact.h"
#include "report/words.h"

namespace report::formats {
namespace {

constexpr std::string_view header =
    "run_id,name,scenario,kind,node,started,state,elapsed_seconds,frames,scope,part,energy_joules,energy_joules_low,"
    "energy_joules_high,quality,source,reason,energy_per_frame_joules,mean_power_watts,cpu_seconds,tags,command";

std::string row(const jobs::Report& report, const jobs::EnergyLine* line) {
  std::vector<std::string> cells;
  const auto text = [&](std::string_view cell) { cells.push_back(csv_text(cell)); };
  const auto quantity = [&](const auto& maybe) { cells.push_back(maybe ? csv_number(maybe->value()) : ""); };
  text(report.id), text(report.name), text(report.spec ? report.spec->scenario : ""), text(report.kind),
      text(report.node);
  text(units::rfc3339(report.timings.started)), text(jobs::name(report.outcome.end)), quantity(elapsed(report));
  const auto count = frames(report);
  cells.push_back(count ? std::to_string(*count) : "");

  const bool known = line && line->energy.known();
  text(line ? units::name(line->energy.scope()) : ""), text(line ? jobs::name(line->part) : "");
  for (const auto bound : {&units::Measured<units::Joules>::value, &units::Measured<units::Joules>::low,
                           &units::Measured<units::Joules>::high})
    cells.push_back(known ? csv_number((line->energy.*bound)().value()) : "");
  text(units::name(line ? line->energy.quality() : units::Quality::unmeasurable));
  text(known ? line->energy.source() : "");
  text(known ? "" : line ? reason_words(line->energy.reason()) : "no energy was read during this run");

  // Only beside the line that they were made from: a mean power next to another scope's joules would be misread.
  const bool top = line && line == jobs::headline(report.energy);
  const auto per_frame = jobs::energy_per_frame(report);
  cells.push_back(top && per_frame && per_frame->known() ? csv_number(per_frame->value().value()) : "");
  cells.push_back(top && report.power && report.power->known() ? csv_number(report.power->value().value()) : "");
  quantity(report.cpu_time), cells.push_back(csv_tags(report.tags)), text(command_words(report));
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
