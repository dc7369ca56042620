#include "cli/config_text.h"

#include "base/format.h"
#include "base/text.h"

namespace cli {
namespace {

using options::Option;
using Type = Option::Type;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      out += std::string{'\\', c};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += base::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string value_text(Type type, const std::string& text, const std::vector<std::string>& items) {
  switch (type) {
    case Type::integer:
    case Type::number:
    case Type::toggle:
      return text;
    case Type::list: {
      std::vector<std::string> all;
      for (const auto& item : items) all.push_back(in_quotes(item));
      return "[" + base::join(all, ", ") + "]";
    }
    default:
      return in_quotes(text);
  }
}

std::string example_of(const Option& option) {
  if (!option.standard.empty()) return value_text(option.type, option.standard, {option.standard});
  if (option.type == Type::toggle) return "false";
  if (option.type == Type::list) return "[]";
  return option.choices.empty() ? "" : in_quotes(option.choices.front());
}

// Begins a section where its first key comes.
class Sections {
 public:
  void line(const std::string& key, std::string_view before, std::string_view text) {
    const auto dot = key.rfind('.');
    const auto section = key.substr(0, dot);
    if (section != current_) out_ += base::format("{}[{}]\n", out_.empty() ? "" : "\n", section);
    current_ = section;
    out_ += base::format("{}{}{}\n", before, key.substr(dot + 1), text);
  }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_, current_;
};

}  // namespace

std::string toml_of(const std::vector<Option>& keyed, const options::Values& values, bool with_defaults) {
  Sections out;
  for (const auto& option : keyed) {
    if (!values.has(option.flag)) continue;
    if (values.origin(option.flag) == options::Origin::standard && !with_defaults) continue;
    out.line(option.key, "", " = " + value_text(option.type, values.text(option.flag), values.list(option.flag)));
  }
  return std::move(out).take();
}

std::string toml_template(const std::vector<Option>& keyed) {
  Sections out;
  for (const auto& option : keyed) {
    std::string help = option.help;
    if (!option.choices.empty()) help += ": " + base::join(option.choices, ", ");
    if (!option.variable.empty()) help += base::format(" (${})", option.variable);
    out.line(option.key, "# " + help + "\n# ", " = " + example_of(option));
  }
  return std::move(out).take();
}

}  // namespace cli
