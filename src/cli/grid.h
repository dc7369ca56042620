// Grid: rows of short cells in columns as wide as their content; the last column takes what is left of the line and is
// cut there. For lists of jobs and nodes.
#pragma once

#include <string>
#include <vector>

#include "os/terminal.h"

namespace cli {

using Row = std::vector<std::string>;
// The first row is the header. Every row has as many cells as it. Nothing for a header alone.
std::string grid(const std::vector<Row>& rows, const os::TerminalFacts& terminal);

}  // namespace cli
