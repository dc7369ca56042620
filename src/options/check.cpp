#include "options/check.h"

#include <array>
#include <charconv>

#include "base/format.h"
#include "base/text.h"

namespace options {
namespace {

using base::Error;
using base::format;
using Type = Option::Type;

template <class T>
base::Result<std::string> same_if(const base::Result<T>& parsed, const std::string& text) {
  if (!parsed) return parsed.error();
  return text;
}

base::Result<std::string> toggle(const std::string& text) {
  const auto word = base::lower(text);
  for (const auto* yes : {"true", "1", "yes", "on"})
    if (word == yes) return std::string("true");
  for (const auto* no : {"false", "0", "no", "off"})
    if (word == no) return std::string("false");
  return Error::invalid(format("'{}' is neither true nor false; write true, false, 1, 0, yes, no, on or off", text));
}

base::Result<std::string> integer(const Option& option, const std::string& text) {
  const auto value = base::to_int(text);
  if (!value) return Error::invalid(format("'{}' is not a whole number", text));
  if (*value >= option.least && *value <= option.most) return text;
  using Limits = std::numeric_limits<std::int64_t>;
  if (option.most == Limits::max()) return Error::invalid(format("{} is less than {}", text, option.least));
  if (option.least == Limits::min()) return Error::invalid(format("{} is more than {}", text, option.most));
  return Error::invalid(format("{} is not between {} and {}", text, option.least, option.most));
}

base::Result<std::string> choice(const Option& option, const std::string& text) {
  if (option.choices.empty()) return text;
  for (const auto& known : option.choices)
    if (known == text) return text;
  return Error::invalid(format("'{}' is not one of {}.{}", text, base::join(option.choices, ", "),
                               base::did_you_mean(text, option.choices)));
}

base::Result<std::string> one(const Option& option, const std::string& text) {
  switch (option.type) {
    case Type::text:
    case Type::list:
      return choice(option, text);
    case Type::integer:
      return integer(option, text);
    case Type::number:
      if (!base::to_double(text)) return Error::invalid(format("'{}' is not a number such as 65 or 6.5", text));
      return text;
    case Type::duration:
      return same_if(units::parse_duration(text), text);
    case Type::bitrate:
      return same_if(units::parse_bitrate(text), text);
    case Type::bytes:
      return same_if(units::parse_bytes(text), text);
    case Type::ratio:
      return same_if(units::parse_ratio(text), text);
    case Type::picture_size:
      return same_if(units::parse_picture_size(text), text);
    case Type::path:
      if (text.empty()) return Error::invalid("an empty path names no file");
      return text;
    case Type::toggle:
      return toggle(text);
  }
  return text;
}

// What a TOML value of this type may be: its words for errors, and whether numbers and strings will do.
struct Taken {
  std::string_view words;
  enum class Number { no, whole, any } number = Number::no;
  enum class String { no, yes } string = String::yes;
};
Taken taken(Type type) {
  using Number = Taken::Number;
  using String = Taken::String;
  switch (type) {
    case Type::integer:
      return {"a whole number", Number::whole, String::no};
    case Type::number:
      return {"a number", Number::any, String::no};
    case Type::duration:
      return {"a number of seconds or a string such as \"1m30s\"", Number::any, String::yes};
    case Type::bitrate:
      return {"a number of bits per second or a string such as \"5M\"", Number::any, String::yes};
    case Type::bytes:
      return {"a number of bytes or a string such as \"16KiB\"", Number::any, String::yes};
    case Type::ratio:
      return {"a number or a string such as \"2%\"", Number::any, String::yes};
    case Type::picture_size:
      return {"a string such as \"1920x1080\"", Number::no, String::yes};
    case Type::toggle:
      return {"true or false", Number::no, String::no};
    case Type::list:
      return {"an array of strings or whole numbers, or one of them", Number::whole, String::yes};
    case Type::text:
    case Type::path:
      break;
  }
  return {"a string", Number::no, String::yes};
}

// Without an exponent: the parsers of units/parse.h know none.
std::string plain(double number) {
  std::array<char, 400> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed).ptr;
  return {buffer.data(), end};
}

}  // namespace

std::vector<std::string> split_items(const Option& option, const std::string& text) {
  if (option.type != Type::list) return {text};
  std::vector<std::string> items;
  for (const auto part : base::split(text, option.items == Option::Items::commas ? ',' : '\n')) {
    const auto item = base::trim(part);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

base::Result<std::vector<std::string>> items_of(const Option& option, const json::Value& value) {
  const auto rule = taken(option.type);
  const auto refused = [&](std::string_view what) {
    return Error::invalid(format("must be {}, is {}", rule.words, what));
  };
  using Items = std::vector<std::string>;
  if (value.is_bool() && option.type == Type::toggle) return Items{value.as_bool() ? "true" : "false"};
  if (value.is_integer() && rule.number != Taken::Number::no) return Items{std::to_string(value.as_integer())};
  if (value.is_number() && rule.number == Taken::Number::any) return Items{plain(value.as_number())};
  if (value.is_string() && rule.string == Taken::String::yes) {
    return option.type == Type::list ? split_items(option, value.as_string()) : Items{value.as_string()};
  }
  if (!value.is_array() || option.type != Type::list) {
    return refused(value.is_object() ? std::string_view("a table") : value.type_name());
  }
  Items items;
  for (const auto& item : value.items()) {
    if (item.is_integer())
      items.push_back(std::to_string(item.as_integer()));
    else if (item.is_string())
      items.push_back(item.as_string());
    else
      return refused(format("an array with {} in it", item.type_name()));
  }
  return items;
}

base::Result<std::vector<std::string>> checked(const Option& option, std::vector<std::string> items) {
  for (auto& item : items) {
    FFWATT_TRY(item, one(option, item));
  }
  return items;
}

}  // namespace options
