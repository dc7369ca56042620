// Text for a terminal: what may be shown, how wide it is, and where it wraps. Everything printed by this module goes
// through printable() first, so a file name with escape sequences cannot take over a terminal.
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace report {

// Line breaks and tabs become blanks, other control characters and broken UTF-8 '?'. For Symbols::ascii the signs that
// ffwatt itself uses get stand-ins ("±" "+-", "×" "x", "·" "-", "…" "..."), other characters '?'.
std::string printable(std::string_view text, Style::Symbols symbols);

// Of printable text.
std::size_t width(std::string_view text);

// Lines of at most `first`, then `rest` columns, broken at blanks, inside a word only where the word is longer than a
// line. Runs of blanks become one. At least one line; widths of at least 2.
std::vector<std::string> wrap(std::string_view text, std::size_t first, std::size_t rest);

// At most `columns` wide; what was cut off is marked by "…" or "...".
std::string cut(std::string_view text, std::size_t columns, Style::Symbols symbols);

std::string pad_right(std::string text, std::size_t columns);  // blanks after it
std::string pad_left(std::string text, std::size_t columns);   // blanks before it

// "yellow text" as 16-colour escape codes, or the text alone where the style has no colour.
enum class Paint { none, bold, red, yellow };
std::string paint(std::string_view text, Paint paint, const Style& style);

}  // namespace report
