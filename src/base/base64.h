// Base 64 (RFC 4648, section 4): bytes in a JSON string. Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

std::string base64(std::string_view bytes);  // with padding
// Nothing where the text is not exactly what base64() writes for some bytes: no blanks, no missing padding, no bits
// after the last byte.
std::optional<std::string> from_base64(std::string_view text);
// Characters that base64() needs for so many bytes.
constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

}  // namespace base
