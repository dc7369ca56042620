// The cells of every CSV that ffwatt writes: RFC 4180 with '\n' as line end, so that cut, awk and spreadsheets all read
// it. An empty cell is unknown, never zero. Pure functions, any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace report {

// A spreadsheet runs a cell that begins with one of = + - @ or with a tab as a formula; a ' in front makes it text.
// Control characters become blanks or '?'.
std::string csv_text(std::string_view text);

// Ten digits: more than any sensor has, and none of the noise of binary fractions (421.70000000000005).
std::string csv_number(double number);

// "key=value other=value", in one cell.
std::string csv_tags(const std::map<std::string, std::string>& tags);

}  // namespace report
