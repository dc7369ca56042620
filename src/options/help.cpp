// The help of one command: what it does, examples, how it is called, its options. Wrapped to the terminal's width.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "options/options.h"

namespace options {
namespace {

using base::format;
using Type = Option::Type;

constexpr char unbreakable = '\x1f';         // a blank at which no line is broken, until the text is laid out
constexpr int narrowest = 40, widest = 120;  // beyond 120 columns the eye loses the line

std::string_view type_word(Type type) {
  switch (type) {
    case Type::integer:
    case Type::number:
      return "N";
    case Type::duration:
      return "DURATION";
    case Type::bitrate:
      return "BITRATE";
    case Type::bytes:
      return "SIZE";
    case Type::ratio:
      return "RATIO";
    case Type::picture_size:
      return "WIDTHxHEIGHT";
    case Type::path:
      return "FILE";
    case Type::text:
    case Type::list:
    case Type::toggle:
      break;
  }
  return "TEXT";
}

std::string spelled(const Option& option) {
  std::string out = option.short_flag ? format("-{}, ", option.short_flag) : std::string(4, ' ');
  const bool on_by_default = option.type == Type::toggle && option.standard == "true";
  out += (on_by_default ? "--no-" : "--") + option.flag;
  if (option.type == Type::toggle) return out;
  return out + " " + (option.value_name.empty() ? std::string(type_word(option.type)) : option.value_name);
}

// The sentence, then what may be said, then the other ways of saying it; each of these stays on one line.
std::string explained(const Option& option) {
  std::string out = option.help;
  if (!option.choices.empty()) out += format(": {}", base::join(option.choices, ", "));
  std::vector<std::string> facts;
  if (!option.standard.empty() && option.type != Type::toggle) facts.push_back("default " + option.standard);
  if (!option.variable.empty()) facts.push_back("$" + option.variable);
  if (!option.key.empty()) facts.push_back("key " + option.key);
  for (auto& fact : facts)
    for (char& c : fact)
      if (c == ' ') c = unbreakable;
  if (!facts.empty()) out += format(" [{}]", base::join(facts, "; "));
  return out;
}

std::string usage(const Shape& shape) {
  using Count = Shape::Argument::Count;
  std::string out = shape.program + " [OPTIONS]";
  for (const auto& argument : shape.arguments) {
    switch (argument.count) {
      case Count::one:
        out += " " + argument.name;
        break;
      case Count::optional:
        out += format(" [{}]", argument.name);
        break;
      case Count::many:
        out += format(" [{}...]", argument.name);
        break;
    }
  }
  if (shape.rest == Shape::Rest::command) out += " -- COMMAND...";
  return out;
}

using Rows = std::vector<std::pair<std::string, std::string>>;

int head_width(const Rows& rows) {
  constexpr int longest = 30;
  int left = 0;
  for (const auto& [head, text] : rows)
    if (const int size = static_cast<int>(base::columns(head)); size <= longest) left = std::max(left, size);
  return left;
}

void lay_out(std::string& out, const Rows& rows, int left, int width) {
  const int indent = 2 + left + 2;
  for (const auto& [head, text] : rows) {
    out += "  " + head;
    if (text.empty()) {
      out += "\n";
      continue;
    }
    const int used = 2 + static_cast<int>(base::columns(head));
    if (used + 2 > indent) {
      out += "\n" + std::string(static_cast<std::size_t>(indent), ' ');
    } else {
      out += std::string(static_cast<std::size_t>(indent - used), ' ');
    }
    auto lines = wrapped(text, width, indent);
    std::replace(lines.begin(), lines.end(), unbreakable, ' ');
    out += lines + "\n";
  }
}

// Section by section, in the order in which they first come; all aligned with each other.
void add_options(std::string& out, const Shape& shape, int width) {
  std::vector<std::pair<std::string, Rows>> sections{{"", {}}};
  Rows all;
  const auto add = [&](const std::string& section, std::string head, std::string text) {
    auto found = std::find_if(sections.begin(), sections.end(), [&](const auto& s) { return s.first == section; });
    if (found == sections.end()) found = sections.insert(sections.end(), {section, {}});
    found->second.emplace_back(head, text);
    all.emplace_back(std::move(head), std::move(text));
  };
  for (const auto& option : shape.options) add(option.section, spelled(option), explained(option));
  add(sections.back().first, "-h, --help", "Show this help");
  for (const auto& [name, rows] : sections) {
    if (rows.empty()) continue;
    out += format("\n{}:\n", name.empty() ? "Options" : name);
    lay_out(out, rows, head_width(all), width);
  }
}

}  // namespace

std::string wrapped(std::string_view text, int columns, int indent) {
  std::string out;
  int at = indent;
  for (const auto word : base::words(text)) {
    const int size = static_cast<int>(base::columns(word));
    if (at > indent && at + 1 + size > columns) {
      out += "\n" + std::string(static_cast<std::size_t>(indent), ' ');
      at = indent;
    }
    if (at > indent) out += ' ', ++at;
    out += word;
    at += size;
  }
  return out;
}

std::string help(const Shape& shape, int columns) {
  const int width = std::clamp(columns, narrowest, widest);
  std::string out = wrapped(format("{}: {}", shape.program, shape.description), width, 0) + "\n\n";
  if (!shape.examples.empty()) {
    // Never wrapped: an example is there to be copied.
    for (const auto& example : shape.examples) out += "  " + example + "\n";
    out += "\n";
  }
  out += "Usage: " + usage(shape) + "\n";
  Rows rows;
  for (const auto& argument : shape.arguments) rows.emplace_back(argument.name, argument.help);
  if (!rows.empty()) {
    out += "\n";
    lay_out(out, rows, head_width(rows), width);
  }
  add_options(out, shape, width);
  return out;
}

}  // namespace options
