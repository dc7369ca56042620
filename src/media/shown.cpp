#include "media/shown.h"

#include <algorithm>

namespace media {
namespace {

bool in(char c, int low, int high) {
  const int byte = static_cast<unsigned char>(c);
  return byte >= low && byte <= high;
}

// Size of the character at the front, 0 where it is none: RFC 3629 without overlong forms and surrogates.
std::size_t character(std::string_view text) {
  const auto second = [&](int low, int high) { return text.size() > 1 && in(text[1], low, high); };
  const auto more = [&](std::size_t at) { return text.size() > at && in(text[at], 0x80, 0xbf); };
  const int first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return second(0x80, 0xbf) ? 2 : 0;
  if (first == 0xe0) return second(0xa0, 0xbf) && more(2) ? 3 : 0;
  if (first == 0xed) return second(0x80, 0x9f) && more(2) ? 3 : 0;
  if (first >= 0xe1 && first <= 0xef) return second(0x80, 0xbf) && more(2) ? 3 : 0;
  if (first == 0xf0) return second(0x90, 0xbf) && more(2) && more(3) ? 4 : 0;
  if (first >= 0xf1 && first <= 0xf3) return second(0x80, 0xbf) && more(2) && more(3) ? 4 : 0;
  if (first == 0xf4) return second(0x80, 0x8f) && more(2) && more(3) ? 4 : 0;
  return 0;
}

}  // namespace

std::string shown(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    const auto size = character(text);
    const auto taken = std::max<std::size_t>(size, 1);
    if (out.size() + taken > most) return out + "…";
    const bool printable = size > 1 || (size == 1 && !in(text.front(), 0, 0x1f) && text.front() != 0x7f);
    if (printable)
      out += text.substr(0, size);
    else
      out += '?';
    text.remove_prefix(taken);
  }
  return out;
}

}  // namespace media
