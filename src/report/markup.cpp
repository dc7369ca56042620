#include "report/markup.h"

#include "report/utf8.h"

namespace report {

std::string escaped(std::string_view foreign) {
  std::string out;
  while (!foreign.empty()) {
    const auto character = first_character(foreign);
    const auto bytes = foreign.substr(0, character.bytes);
    foreign.remove_prefix(character.bytes);
    switch (character.code) {
      case '&':
        out += "&amp;";
        continue;
      case '<':
        out += "&lt;";
        continue;
      case '>':
        out += "&gt;";
        continue;
      case '"':
        out += "&quot;";
        continue;
      case '\'':
        out += "&#39;";
        continue;
      case '\n':
      case '\t':
        out += bytes;
        continue;
      case '\r':
        continue;
      default:
        break;
    }
    if (character.kind == Character::Kind::visible)
      out += bytes;
    else
      out += "\xef\xbf\xbd";
  }
  return out;
}

Html& Html::markup(std::string_view ours) {
  text_ += ours;
  return *this;
}

Html& Html::text(std::string_view foreign) { return markup(escaped(foreign)); }

Html& Html::element(std::string_view tag, std::string_view foreign) {
  const auto name = tag.substr(0, tag.find(' '));
  return markup("<").markup(tag).markup(">").text(foreign).markup("</").markup(name).markup(">");
}

Html& Html::element(std::string_view tag, const Html& inner) {
  const auto name = tag.substr(0, tag.find(' '));
  return markup("<").markup(tag).markup(">").add(inner).markup("</").markup(name).markup(">");
}

}  // namespace report
