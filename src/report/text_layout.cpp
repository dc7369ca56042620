#include "report/text_layout.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "report/utf8.h"

namespace report {
namespace {

constexpr std::pair<char32_t, std::string_view> stand_ins[] = {
    {U'±', "+-"}, {U'×', "x"},  {U'·', "-"},  {U'–', "-"}, {U'—', "-"}, {U'−', "-"}, {U'─', "-"},  {U'…', "..."},
    {U'→', "->"}, {U'≤', "<="}, {U'≥', ">="}, {U'µ', "u"}, {U'’', "'"}, {U'‘', "'"}, {U'“', "\""}, {U'”', "\""}};

std::string_view stand_in(char32_t code) {
  for (const auto& [sign, ascii] : stand_ins)
    if (sign == code) return ascii;
  return "?";
}

// The longest front of the text that is at most `columns` wide, in bytes.
std::size_t front_within(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0, used = 0;
  while (bytes < text.size()) {
    const auto character = first_character(text.substr(bytes));
    used += static_cast<std::size_t>(columns_of(character));
    if (used > columns) break;
    bytes += character.bytes;
  }
  return bytes;
}

}  // namespace

std::string printable(std::string_view text, Style::Symbols symbols) {
  std::string out;
  while (!text.empty()) {
    const auto character = first_character(text);
    const auto bytes = text.substr(0, character.bytes);
    text.remove_prefix(character.bytes);
    if (character.code == '\n' || character.code == '\r' || character.code == '\t')
      out += ' ';
    else if (character.kind != Character::Kind::visible)
      out += '?';
    else if (character.code < 0x80 || symbols == Style::Symbols::unicode)
      out += bytes;
    else
      out += stand_in(character.code);
  }
  return out;
}

std::size_t width(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    const auto character = first_character(text);
    sum += static_cast<std::size_t>(columns_of(character));
    text.remove_prefix(character.bytes);
  }
  return sum;
}

std::vector<std::string> wrap(std::string_view text, std::size_t first, std::size_t rest) {
  first = std::max<std::size_t>(first, 2), rest = std::max<std::size_t>(rest, 2);
  std::vector<std::string> lines{""};
  const auto room = [&] { return lines.size() == 1 ? first : rest; };
  for (std::string_view word : base::words(text)) {
    const std::size_t taken = width(lines.back());
    if (taken != 0 && taken + 1 + width(word) <= room()) {
      lines.back() += ' ';
      lines.back() += word;
      continue;
    }
    if (taken != 0) lines.emplace_back();
    while (width(word) > room()) {
      const std::size_t bytes = front_within(word, room());
      lines.back() += word.substr(0, bytes);
      word.remove_prefix(bytes);
      lines.emplace_back();
    }
    lines.back() += word;
  }
  return lines;
}

std::string cut(std::string_view text, std::size_t columns, Style::Symbols symbols) {
  if (width(text) <= columns) return std::string(text);
  const std::string_view mark = symbols == Style::Symbols::unicode ? "…" : "...";
  if (columns <= width(mark)) return std::string(text.substr(0, front_within(text, columns)));
  return std::string(text.substr(0, front_within(text, columns - width(mark)))) + std::string(mark);
}

std::string pad_right(std::string text, std::size_t columns) {
  const std::size_t taken = width(text);
  return taken < columns ? text.append(columns - taken, ' ') : text;
}

std::string pad_left(std::string text, std::size_t columns) {
  const std::size_t taken = width(text);
  return taken < columns ? text.insert(0, columns - taken, ' ') : text;
}

std::string paint(std::string_view text, Paint paint, const Style& style) {
  if (style.color == Style::Color::no || paint == Paint::none || text.empty()) return std::string(text);
  const std::string_view code = paint == Paint::bold ? "1" : paint == Paint::red ? "31" : "33";
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

}  // namespace report
