// Small functions over text: no locale, no allocation beyond the answer, every number read whole or not at all.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace base {

std::string_view trim(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);  // "a,,b" has three parts, "" has one
std::vector<std::string_view> words(std::string_view text);                  // split at runs of white space
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string lower(std::string_view ascii);
std::string upper(std::string_view ascii);

// The whole text must be the number, without sign prefix '+', blanks or a tail; else nothing.
std::optional<std::int64_t> to_int(std::string_view text);
std::optional<std::uint64_t> to_unsigned(std::string_view text);
std::optional<double> to_double(std::string_view text);  // finite only

// The candidates nearest to `word` by edit distance (at most a third of its length, at least 2), best first, at most 3.
std::vector<std::string> nearest(std::string_view word, std::span<const std::string> candidates);
// " Did you mean 'a' or 'b'?", or nothing when none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

// One argument, quoted for a POSIX shell where it must be, so that a printed command can be pasted.
std::string shell_quote(std::string_view argument);
std::string shell_join(std::span<const std::string> arguments);

// The last `lines` lines of at most `bytes` bytes, without a cut UTF-8 character at the front.
std::string tail(std::string_view text, std::size_t lines, std::size_t bytes);

// Number of terminal columns of UTF-8 text in which every character is one column wide (all that ffwatt prints).
std::size_t columns(std::string_view utf8);

}  // namespace base
