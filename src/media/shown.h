// A text that came from outside, fit for one line of an error message or of a table: control characters and bytes that
// are no UTF-8 become '?', and what is longer than `most` bytes is cut between two characters and marked with "…".
#pragma once

#include <string>
#include <string_view>

namespace media {

std::string shown(std::string_view text, std::size_t most = 120);

}  // namespace media
