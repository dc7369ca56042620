#include "report/csv_cells.h"

#include <vector>

#include "base/format.h"
#include "base/text.h"
#include "report/utf8.h"

namespace report {

std::string csv_text(std::string_view text) {
  std::string clean;
  for (auto rest = text; !rest.empty();) {
    const auto character = first_character(rest);
    if (character.kind == Character::Kind::visible)
      clean += rest.substr(0, character.bytes);
    else
      clean += character.kind == Character::Kind::control && character.code <= ' ' ? " " : "?";
    rest.remove_prefix(character.bytes);
  }
  // Some programs trim blanks before they look for a formula.
  const auto first = clean.find_first_not_of(' ');
  if (first != std::string::npos && std::string_view("=+-@").find(clean[first]) != std::string_view::npos)
    clean.insert(clean.begin(), '\'');
  if (clean.find_first_of(",\"'\n") == std::string::npos) return clean;
  std::string out = "\"";
  for (const char c : clean) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string csv_number(double number) { return base::format("{:.10g}", number); }

std::string csv_tags(const std::map<std::string, std::string>& tags) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : tags) texts.push_back(key + "=" + value);
  return csv_text(base::join(texts, " "));
}

}  // namespace report
