#include "report/utf8.h"

namespace report {
namespace {

struct Range {
  char32_t first, last;
};

template <std::size_t N>
bool within(char32_t code, const Range (&ranges)[N]) {
  for (const auto& range : ranges)
    if (code >= range.first && code <= range.last) return true;
  return false;
}

// Direction marks, zero-width characters and the byte order mark: with them a file name can look like another one.
constexpr Range hidden[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x061c, 0x061c}, {0x200b, 0x200f},
                            {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};
// The wide blocks of Unicode's EastAsianWidth table, rounded outwards.
constexpr Range wide[] = {{0x1100, 0x115f},  {0x231a, 0x231b},   {0x2e80, 0xa4cf},   {0xa960, 0xa97f},
                          {0xac00, 0xd7a3},  {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                          {0xffe0, 0xffe6},  {0x16fe0, 0x18aff}, {0x1b000, 0x1b2ff}, {0x1f000, 0x1faff},
                          {0x20000, 0x3fffd}};

std::size_t length_by(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

}  // namespace

Character first_character(std::string_view text) {
  const Character broken{0xfffd, 1, Character::Kind::broken};
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = length_by(lead);
  if (length == 0 || length > text.size()) return broken;
  char32_t code = length == 1 ? lead : lead & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return broken;
    code = code << 6 | (next & 0x3f);
  }
  // Forms longer than needed, halves of surrogate pairs and what lies beyond Unicode.
  if ((length == 3 && code < 0x800) || (length == 4 && code < 0x10000) || (code >= 0xd800 && code <= 0xdfff) ||
      code > 0x10ffff)
    return broken;
  return {code, length, within(code, hidden) ? Character::Kind::control : Character::Kind::visible};
}

int columns_of(const Character& character) { return within(character.code, wide) ? 2 : 1; }

}  // namespace report
