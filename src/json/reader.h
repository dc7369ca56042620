// Reader: strict reading of an object that came from outside. It collects every fault instead of stopping at the first,
// each with its JSON pointer (RFC 6901) and position, and names the nearest known key for an unknown one.
//
//   json::Faults faults;
//   json::Reader reader(value, faults);
//   auto name = reader.required_string("name");
//   auto limit = reader.integer("limit", 1, 1000).value_or(100);
//   reader.finish();                       // whatever was not asked for is an unknown field
//   if (!faults.empty()) return faults.error();
//
// A getter answers nothing where the member is absent, null or wrong; only a wrong or a missing required one is a
// fault. Used on the stack by one thread; keeps a reference to the value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace json {

struct Fault {
  std::string pointer;  // "/parameters/bitrate"
  std::string message;
  Position position;
  bool operator==(const Fault&) const = default;
};

class Faults {
 public:
  void add(Fault fault) { list_.push_back(std::move(fault)); }
  bool empty() const { return list_.empty(); }
  const std::vector<Fault>& list() const { return list_; }
  // One `invalid` error with all faults, one a line, as "pointer: message" or "file:line:column: message".
  base::Error error(std::string_view file = {}) const;

 private:
  std::vector<Fault> list_;
};

class Reader {
 public:
  // ignored: finish() says nothing, here and in every reader that comes from this one. For what another version of
  // ourselves wrote, which may know more than we do.
  enum class Unknown { refused, ignored };
  Reader(const Value& value, Faults& faults, std::string pointer = {}, Unknown unknown = Unknown::refused);

  std::optional<std::string> string(std::string_view key, std::size_t longest = 4096);
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<double> number(std::string_view key, double least, double most);
  // A string, or a number written as text: fields such as duration take 90 and "90s".
  std::optional<std::string> text_or_number(std::string_view key);
  std::optional<Reader> object(std::string_view key);
  std::vector<Reader> objects(std::string_view key, std::size_t most);  // an array of objects
  std::vector<std::string> strings(std::string_view key, std::size_t most);
  const Value* any(std::string_view key);  // marks the key as known, checks nothing

  std::string required_string(std::string_view key, std::size_t longest = 4096);
  std::int64_t required_integer(std::string_view key, std::int64_t least, std::int64_t most);

  // Reads a text_or_number member by a parser of units/parse.h; the parser's error text becomes the fault.
  template <class Parser>
  auto parsed(std::string_view key, Parser parser)
      -> std::optional<std::decay_t<decltype(*parser(std::string_view{}))>> {
    const auto text = text_or_number(key);
    if (!text) return std::nullopt;
    auto result = parser(*text);
    if (!result) return fault(key, result.error().text()), std::nullopt;
    return *std::move(result);
  }

  // Every key that no getter asked for becomes a fault "unknown field 'durration'. Did you mean 'duration'?".
  void finish();
  void fault(std::string_view key, std::string message);

  bool has(std::string_view key) const { return value_->find(key) != nullptr; }
  const Value& value() const { return *value_; }
  const std::string& pointer() const { return pointer_; }

 private:
  const Value* get(std::string_view key);

  const Value* value_;
  Faults* faults_;
  std::string pointer_;
  Unknown unknown_;
  std::vector<std::string> known_;
};

}  // namespace json
