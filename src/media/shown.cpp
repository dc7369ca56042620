#include "media/shown.h"

namespace media {

std::string shown(std::string_view text, std::size_t most) {
  std::size_t size = text.size();
  if (size > most) {
    size = most;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;  // not inside a UTF-8 character
  }
  std::string out(text.substr(0, size));
  for (char& c : out)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return size < text.size() ? out + "…" : out;
}

}  // namespace media
