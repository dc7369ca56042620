#include "cli/grid.h"

#include <algorithm>

#include "cli/output.h"
#include "report/text_layout.h"

namespace cli {
namespace {

// Narrower than this a column of text is no help to anybody.
constexpr std::size_t least_rest = 20;

std::string lines_of(const std::vector<Row>& rows, const os::TerminalFacts& terminal, Rest rest) {
  const auto style = style_for(terminal);
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], report::width(report::printable(row[i], style.symbols)));
  const auto columns = static_cast<std::size_t>(std::max(terminal.columns, 1));
  std::string out;
  const auto end_line = [&](std::string line) {
    // A pipe has no width: whoever reads it wants the whole line.
    if (terminal.is_terminal) line = report::cut(line, columns, style.symbols);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out += line + "\n";
  };
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i + 1 < row.size(); ++i)
      line += report::pad_right(report::printable(row[i], style.symbols), widths[i] + 2);
    const auto last = report::printable(row.back(), style.symbols);
    const auto left = report::width(line);
    if (rest == Rest::cut || !terminal.is_terminal || columns < left + least_rest) {
      end_line(line + last);
      continue;
    }
    for (const auto& part : report::wrap(last, columns - left, columns - left)) {
      end_line(line + part);
      line.assign(left, ' ');
    }
  }
  return out;
}

}  // namespace

std::string grid(const std::vector<Row>& rows, const os::TerminalFacts& terminal, Rest rest) {
  return rows.size() < 2 ? std::string() : lines_of(rows, terminal, rest);
}

std::string facts_of(const std::vector<Row>& rows, const os::TerminalFacts& terminal) {
  return rows.empty() ? std::string() : lines_of(rows, terminal, Rest::wrapped);
}

}  // namespace cli
