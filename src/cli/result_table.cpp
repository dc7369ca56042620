#include "cli/result_table.h"

#include <algorithm>

#include "base/text.h"
#include "cli/grid.h"
#include "jobs/derived.h"
#include "units/format.h"

namespace cli {
namespace {

constexpr const char* unknown = "n/a";
constexpr std::size_t gap = 2;

const Row header{"job", "energy", "quality", "state", "J/frame", "time", "node", "scenario", "started"};

Row row_of(const jobs::Report& report) {
  const auto* top = jobs::headline(report.energy);
  const auto per_frame = jobs::energy_per_frame(report);
  const auto time = jobs::elapsed(report);
  const auto or_unknown = [](const std::string& text) { return text.empty() ? std::string(unknown) : text; };
  return {report.id,
          top && top->energy.known() ? units::text(top->energy.value()) : unknown,
          std::string(units::name(top ? top->energy.quality() : units::Quality::unmeasurable)),
          std::string(jobs::name(report.outcome.end)),
          per_frame && per_frame->known() ? units::text(per_frame->value()) : unknown,
          time ? units::text(*time) : unknown,
          or_unknown(report.node),
          or_unknown(report.spec ? report.spec->scenario : ""),
          units::rfc3339(report.timings.started)};
}

// How many columns of the rows fit into so many of the terminal.
std::size_t fitting(const std::vector<Row>& rows, std::size_t width) {
  std::size_t used = 0;
  for (std::size_t column = 0; column < header.size(); ++column) {
    std::size_t widest = 0;
    for (const auto& row : rows) widest = std::max(widest, base::columns(row[column]));
    used += widest + (column == 0 ? 0 : gap);
    if (used > width) return std::max<std::size_t>(column, 1);
  }
  return header.size();
}

}  // namespace

std::string result_table(const std::vector<jobs::Report>& reports, const os::TerminalFacts& terminal) {
  std::vector<Row> rows{header};
  for (const auto& report : reports) rows.push_back(row_of(report));
  if (terminal.is_terminal) {
    const auto columns = fitting(rows, static_cast<std::size_t>(std::max(terminal.columns, 1)));
    for (auto& row : rows) row.resize(columns);
  }
  return grid(rows, terminal);
}

}  // namespace cli
