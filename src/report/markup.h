// Html: markup under construction. Text from outside goes in by text() or element() and is escaped there; markup()
// takes only what this module wrote itself. So nothing that a file is called or a log says can become markup.
#pragma once

#include <string>
#include <string_view>

namespace report {

class Html {
 public:
  Html& markup(std::string_view ours);
  Html& text(std::string_view foreign);
  // <tag attributes>text</tag>; `tag` may carry attributes of ours: "td class=\"number\"".
  Html& element(std::string_view tag, std::string_view foreign);
  Html& element(std::string_view tag, const Html& inner);
  Html& add(const Html& other) { return markup(other.text_); }

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

// For text and for attributes in quotes: & < > " ' become references; control characters, marks that reorder text and
// broken UTF-8 become U+FFFD, but line breaks and tabs stay.
std::string escaped(std::string_view foreign);

}  // namespace report
