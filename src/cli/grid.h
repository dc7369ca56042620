// Grid: rows of short cells in columns as wide as their content; the last column takes what is left of the line. For
// lists of jobs and nodes.
#pragma once

#include <string>
#include <vector>

#include "os/terminal.h"

namespace cli {

using Row = std::vector<std::string>;
// What becomes of a last cell that is longer than the terminal's line.
enum class Rest { cut, wrapped };
// The first row is the header. Every row has as many cells as it. Nothing for a header alone.
std::string grid(const std::vector<Row>& rows, const os::TerminalFacts& terminal, Rest rest = Rest::cut);
// "name  value": rows without a header, wrapped.
std::string facts_of(const std::vector<Row>& rows, const os::TerminalFacts& terminal);

}  // namespace cli
