// How single fields are written and read: times, ids, names of enums, quantities, nested objects. Inside of `wire`.
// Reading collects faults in the Reader and answers something harmless; whole() looks at the faults at the end.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/id.h"
#include "json/json.h"
#include "json/reader.h"
#include "units/quantity.h"
#include "units/time.h"

namespace wire {

// Doubles count exactly up to here; no honest size, count or energy comes near.
constexpr double most_exact = 9007199254740992.0;
constexpr std::int64_t most_count = 9007199254740992;
// Texts for people: error messages and the tail of a log.
constexpr std::size_t longest_text = 64u << 10;
constexpr std::size_t longest_name = 256;
constexpr std::size_t most_labels = 64;  // of a job, of a node

// Writing. set_…() leaves out what is absent, empty or, for unsure(), 0 that stands for "not told".
void set_text(json::Value& into, std::string_view key, const std::string& text);
void set_time(json::Value& into, std::string_view key, const std::optional<units::WallTime>& time);
void set_texts(json::Value& into, std::string_view key, const std::map<std::string, std::string>& texts);
template <class Q>
void set_quantity(json::Value& into, std::string_view key, const std::optional<Q>& quantity) {
  if (quantity) into.set(key, quantity->value());
}
template <class Q>
void set_unsure(json::Value& into, std::string_view key, Q quantity) {
  if (quantity != Q{}) into.set(key, quantity.value());
}
json::Value array_of(const std::vector<std::string>& texts);
template <class T, class Encode>
json::Value array_of(const std::vector<T>& items, Encode encode_one) {
  json::Array array;
  array.reserve(items.size());
  for (const auto& item : items) array.push_back(encode_one(item));
  return json::Value(std::move(array));
}

// Of UTF-8: C0, DEL and C1 (U+0080 to U+009F), with which a text can take over the terminal or the log it is shown in.
bool has_control_character(std::string_view text);

// Reading.
void require(json::Reader& reader, std::string_view key, std::string_view what);  // a fault where it is missing
base::Id read_id(json::Reader& reader, std::string_view key);                     // required
std::optional<base::Id> read_optional_id(json::Reader& reader, std::string_view key);
units::WallTime read_time(json::Reader& reader, std::string_view key);  // required
std::optional<units::WallTime> read_optional_time(json::Reader& reader, std::string_view key);
std::map<std::string, std::string> read_texts(json::Reader& reader, std::string_view key, std::size_t most);
std::string read_text(json::Reader& reader, std::string_view key, std::size_t longest = longest_name);  // or empty
// `least` where it is missing, which is no fault.
int read_int(json::Reader& reader, std::string_view key, int least, int most = std::numeric_limits<int>::max());
std::int64_t read_count(json::Reader& reader, std::string_view key);
std::vector<double> read_numbers(json::Reader& reader, std::string_view key, std::size_t most);

template <class Q>
std::optional<Q> read_optional_quantity(json::Reader& reader, std::string_view key, double least = 0) {
  const auto number = reader.number(key, least, most_exact);
  return number ? std::optional<Q>(*number) : std::nullopt;
}
template <class Q>
Q read_quantity(json::Reader& reader, std::string_view key, double least = 0) {
  return read_optional_quantity<Q>(reader, key, least).value_or(Q{});
}

// An enum by its name; the parser's error text is the fault.
template <class Parser>
auto read_optional_named(json::Reader& reader, std::string_view key, Parser parser)
    -> std::optional<std::decay_t<decltype(*parser(std::string_view{}))>> {
  const auto text = reader.string(key);
  if (!text) return std::nullopt;
  auto value = parser(*text);
  if (!value) return reader.fault(key, value.error().text()), std::nullopt;
  return *value;
}
template <class Parser>
auto read_named(json::Reader& reader, std::string_view key, Parser parser)
    -> std::decay_t<decltype(*parser(std::string_view{}))> {
  require(reader, key, "a name");
  return read_optional_named(reader, key, parser).value_or(std::decay_t<decltype(*parser(std::string_view{}))>{});
}

// Objects inside of objects; unknown fields in them are as in the outer one.
template <class Read>
auto read_member(json::Reader& reader, std::string_view key, Read read) -> std::optional<decltype(read(reader))> {
  auto inner = reader.object(key);
  if (!inner) return std::nullopt;
  auto value = read(*inner);
  inner->finish();
  return value;
}
template <class Read>
auto read_members(json::Reader& reader, std::string_view key, std::size_t most, Read read)
    -> std::vector<decltype(read(reader))> {
  std::vector<decltype(read(reader))> values;
  for (auto& inner : reader.objects(key, most)) {
    values.push_back(read(inner));
    inner.finish();
  }
  return values;
}

// A whole message. Unknown fields are refused in what people ask for, where they are somebody's mistake, and ignored in
// what our programs tell each other and keep: that is additive, and a newer one may have written them.
enum class From { caller, ourselves };
template <class Read>
auto whole(const json::Value& value, From from, Read read)
    -> base::Result<decltype(read(std::declval<json::Reader&>()))> {
  json::Faults faults;
  json::Reader reader(value, faults, "",
                      from == From::caller ? json::Reader::Unknown::refused : json::Reader::Unknown::ignored);
  auto message = read(reader);
  reader.finish();
  if (!faults.empty()) return faults.error();
  return message;
}

}  // namespace wire
