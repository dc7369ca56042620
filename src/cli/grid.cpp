#include "cli/grid.h"

#include <algorithm>

#include "cli/output.h"
#include "report/text_layout.h"

namespace cli {

std::string grid(const std::vector<Row>& rows, const os::TerminalFacts& terminal) {
  if (rows.size() < 2) return {};
  const auto style = style_for(terminal);
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], report::width(report::printable(row[i], style.symbols)));
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto cell = report::printable(row[i], style.symbols);
      line += i + 1 == row.size() ? cell : report::pad_right(cell, widths[i] + 2);
    }
    // A pipe has no width: whoever reads it wants the whole line.
    if (terminal.is_terminal) line = report::cut(line, static_cast<std::size_t>(terminal.columns), style.symbols);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  }
  return out;
}

}  // namespace cli
