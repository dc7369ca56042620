#include "json/reader.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"

namespace json {
namespace {

// A hostile object of a million unknown fields must not become an error text of as many lines.
constexpr std::size_t kMostUnknown = 20;

// RFC 6901: "~" is written ~0 and "/" is written ~1.
// No key of ours is as long. What is longer is neither told again nor compared with ours: both would cost as much as
// the asker likes.
constexpr std::size_t longest_key = 200;

std::string pointer_to(const std::string& parent, std::string_view key) {
  std::string shortened;
  if (key.size() > longest_key) key = shortened = std::string(key.substr(0, longest_key)) + "…";
  std::string pointer = parent + '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string must_be(std::string_view wanted, const Value& found) {
  return base::format("must be {}, not {}", wanted, found.type_name());
}

}  // namespace

base::Error Faults::error(std::string_view file) const {
  std::vector<std::string> lines;
  for (const auto& fault : list_) {
    if (!file.empty() && fault.position.line > 0) {
      lines.push_back(base::format("{}:{}:{}: {}", file, fault.position.line, fault.position.column, fault.message));
    } else if (fault.pointer.empty()) {
      lines.push_back(fault.message);
    } else {
      lines.push_back(base::format("{}: {}", fault.pointer, fault.message));
    }
  }
  return base::Error::invalid(base::join(lines, "\n"));
}

Reader::Reader(const Value& value, Faults& faults, std::string pointer, Unknown unknown)
    : value_(&value), faults_(&faults), pointer_(std::move(pointer)), unknown_(unknown) {
  if (!value.is_object()) faults_->add({pointer_, must_be("an object", value), value.position()});
}

const Value* Reader::get(std::string_view key) {
  known_.emplace_back(key);
  const Value* member = value_->find(key);
  return member && !member->is_null() ? member : nullptr;
}

const Value* Reader::any(std::string_view key) {
  known_.emplace_back(key);
  return value_->find(key);
}

void Reader::fault(std::string_view key, std::string message) {
  const Value* member = value_->find(key);
  const Position position = member ? member->position() : value_->position();
  faults_->add({pointer_to(pointer_, key), std::move(message), position});
}

std::optional<std::string> Reader::string(std::string_view key, std::size_t longest) {
  const Value* member = get(key);
  if (!member) return std::nullopt;
  if (!member->is_string()) return fault(key, must_be("a string", *member)), std::nullopt;
  const auto& text = member->as_string();
  if (text.size() > longest) {
    return fault(key, base::format("is {} bytes long; at most {} are taken", text.size(), longest)), std::nullopt;
  }
  return text;
}

std::optional<bool> Reader::boolean(std::string_view key) {
  const Value* member = get(key);
  if (!member) return std::nullopt;
  if (!member->is_bool()) return fault(key, must_be("true or false", *member)), std::nullopt;
  return member->as_bool();
}

std::optional<std::int64_t> Reader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const Value* member = get(key);
  if (!member) return std::nullopt;
  if (!member->is_integer()) {
    const auto found = member->is_number() ? write(*member) : std::string(member->type_name());
    return fault(key, base::format("must be a whole number from {} to {}, not {}", least, most, found)), std::nullopt;
  }
  const auto number = member->as_integer();
  if (number < least || number > most) {
    return fault(key, base::format("must be a whole number from {} to {}, not {}", least, most, number)), std::nullopt;
  }
  return number;
}

std::optional<double> Reader::number(std::string_view key, double least, double most) {
  const Value* member = get(key);
  if (!member) return std::nullopt;
  if (!member->is_number() || member->as_number() < least || member->as_number() > most) {
    const auto found = member->is_number() ? write(*member) : std::string(member->type_name());
    return fault(key, base::format("must be a number from {} to {}, not {}", write(least), write(most), found)),
           std::nullopt;
  }
  return member->as_number();
}

std::optional<std::string> Reader::text_or_number(std::string_view key) {
  const Value* member = get(key);
  if (!member) return std::nullopt;
  if (member->is_string()) return string(key);
  if (member->is_number()) return write(*member);
  return fault(key, must_be("a string or a number", *member)), std::nullopt;
}

std::optional<Reader> Reader::object(std::string_view key) {
  const Value* member = get(key);
  if (!member) return std::nullopt;
  if (!member->is_object()) return fault(key, must_be("an object", *member)), std::nullopt;
  return Reader(*member, *faults_, pointer_to(pointer_, key), unknown_);
}

std::vector<Reader> Reader::objects(std::string_view key, std::size_t most) {
  std::vector<Reader> readers;
  const Value* member = get(key);
  if (!member) return readers;
  if (!member->is_array()) return fault(key, must_be("an array of objects", *member)), readers;
  const auto& items = member->items();
  if (items.size() > most) {
    return fault(key, base::format("has {} items; at most {} are taken", items.size(), most)), readers;
  }
  const auto pointer = pointer_to(pointer_, key);
  for (std::size_t i = 0; i < items.size(); ++i) {
    Reader reader(items[i], *faults_, base::format("{}/{}", pointer, i), unknown_);
    if (items[i].is_object()) readers.push_back(std::move(reader));
  }
  return readers;
}

std::vector<std::string> Reader::strings(std::string_view key, std::size_t most) {
  std::vector<std::string> texts;
  const Value* member = get(key);
  if (!member) return texts;
  if (!member->is_array()) return fault(key, must_be("an array of strings", *member)), texts;
  const auto& items = member->items();
  if (items.size() > most) {
    return fault(key, base::format("has {} items; at most {} are taken", items.size(), most)), texts;
  }
  const auto pointer = pointer_to(pointer_, key);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].is_string()) {
      texts.push_back(items[i].as_string());
    } else {
      faults_->add({base::format("{}/{}", pointer, i), must_be("a string", items[i]), items[i].position()});
    }
  }
  return texts;
}

std::string Reader::required_string(std::string_view key, std::size_t longest) {
  auto text = string(key, longest);
  // An object that is none has had its fault already.
  if (!text && value_->is_object() && value_->at(key).is_null()) fault(key, "is required: give a string");
  return std::move(text).value_or("");
}

std::int64_t Reader::required_integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const auto number = integer(key, least, most);
  if (!number && value_->is_object() && value_->at(key).is_null()) {
    fault(key, base::format("is required: give a whole number from {} to {}", least, most));
  }
  return number.value_or(least);
}

void Reader::finish() {
  if (unknown_ == Unknown::ignored) return;
  if (!value_->is_object()) return;
  std::size_t unknown = 0;
  for (const auto& member : value_->members()) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    if (++unknown > kMostUnknown) continue;
    faults_->add({pointer_to(pointer_, member.key),
                  base::format("unknown field '{}'.{}", base::tail(member.key, 1, 100),
                               member.key.size() > longest_key ? "" : base::did_you_mean(member.key, known_)),
                  member.value.position()});
  }
  if (unknown > kMostUnknown) {
    faults_->add({pointer_, base::format("{} more unknown fields", unknown - kMostUnknown), value_->position()});
  }
}

}  // namespace json
