// write(): shortest numbers that read back the same, everything else escaped so that the text is always valid JSON.
#include <charconv>
#include <cmath>

#include "base/format.h"
#include "json/json.h"

namespace json {
namespace {

// Length of the well-formed UTF-8 sequence at the front (RFC 3629, table of section 4), 0 where it is not one.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const auto in = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return in(1, 0x80, 0xBF) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80, high = first == 0xED ? 0x9F : 0xBF;
    return in(1, low, high) && in(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80, high = first == 0xF4 ? 0x8F : 0xBF;
    return in(1, low, high) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF) ? 4 : 0;
  }
  return 0;
}

class Writer {
 public:
  explicit Writer(Layout layout) : indented_(layout == Layout::indented) { out_.reserve(usual_size); }

  void value(const Value& v) {
    if (v.is_null()) {
      out_ += "null";
    } else if (v.is_bool()) {
      out_ += v.as_bool() ? "true" : "false";
    } else if (v.is_integer()) {
      integer(v.as_integer());
    } else if (v.is_number()) {
      number(v.as_number());
    } else if (v.is_string()) {
      string(v.as_string());
    } else if (v.is_array()) {
      sequence('[', v.items(), ']', [&](const Value& item) { value(item); });
    } else {
      sequence('{', v.members(), '}', [&](const Member& member) {
        string(member.key);
        out_ += indented_ ? ": " : ":";
        value(member.value);
      });
    }
  }

  std::string take() { return std::move(out_); }

 private:
  static constexpr std::size_t usual_size = 1024;  // of a job without its report

  template <class Items, class WriteOne>
  void sequence(char open, const Items& items, char close, WriteOne write_one) {
    out_ += open;
    ++depth_;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      new_line();
      write_one(item);
    }
    --depth_;
    if (!first) new_line();
    out_ += close;
  }

  void new_line() {
    if (indented_) out_.append(1, '\n').append(2 * depth_, ' ');
  }

  void integer(std::int64_t v) {
    char buffer[24];
    out_.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, v).ptr);
  }

  // Plain notation where people would write it so; 412.6, not 4.126e+02.
  void number(double v) {
    const double size = std::fabs(v);
    const bool plain = size == 0 || (size >= 1e-5 && size < 1e15);
    char buffer[64];
    // -0.0 as 0: what is read of "-0" is the integer 0, which would be written in yet another way.
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, size == 0 ? 0.0 : v,
                                   plain ? std::chars_format::fixed : std::chars_format::scientific);
    out_.append(buffer, end.ptr);
  }

  void string(std::string_view text) {
    out_ += '"';
    while (!text.empty()) {
      // Most text is plain for hundreds of characters.
      std::size_t run = 0;
      while (run < text.size() && is_plain(text[run])) ++run;
      out_.append(text.data(), run);
      text.remove_prefix(run);
      if (text.empty()) break;
      const std::size_t length = utf8_length(text);
      if (length == 1) {
        character(text[0]);
      } else if (length == 0) {
        out_ += "\xEF\xBF\xBD";  // U+FFFD: file names and ffmpeg's output need not be UTF-8, JSON must be
      } else {
        out_ += text.substr(0, length);
      }
      text.remove_prefix(length == 0 ? 1 : length);
    }
    out_ += '"';
  }

  static bool is_plain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

  void character(char c) {
    switch (c) {
      case '"':
        out_ += "\\\"";
        return;
      case '\\':
        out_ += "\\\\";
        return;
      case '\n':
        out_ += "\\n";
        return;
      case '\r':
        out_ += "\\r";
        return;
      case '\t':
        out_ += "\\t";
        return;
      default:
        break;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out_ += base::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out_ += c;
    }
  }

  bool indented_;
  std::size_t depth_ = 0;
  std::string out_;
};

}  // namespace

std::string write(const Value& value, Layout layout) {
  Writer writer(layout);
  writer.value(value);
  return writer.take();
}

}  // namespace json
