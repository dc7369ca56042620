// Value: one JSON value, ours, so that Boost.JSON and toml++ stay out of every other header. Objects keep the order in
// which their members were written: what ffwatt prints is stable and golden files stay readable.
// Values: copyable, thread-compatible. Numbers are either a 64-bit integer or a finite double.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace json {

class Value;

// A member of an object. A template only so that it may be named before Value is complete.
template <class V>
struct BasicMember {
  std::string key;
  V value;
  bool operator==(const BasicMember&) const = default;
};
using Member = BasicMember<Value>;

using Array = std::vector<Value>;
using Object = std::vector<Member>;

// Where a value stood in a file, counted from 1; line 0 where unknown.
struct Position {
  int line = 0, column = 0;
  bool operator==(const Position&) const = default;
};

class Value {
 public:
  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool b) : data_(b) {}
  Value(int n) : data_(std::int64_t{n}) {}
  Value(std::int64_t n) : data_(n) {}
  Value(std::uint64_t n);  // above 2^63 it becomes a double
  Value(double n);         // not finite becomes null: JSON has no NaN
  Value(const char* s) : data_(std::string(s)) {}
  Value(std::string_view s) : data_(std::string(s)) {}
  Value(std::string s) : data_(std::move(s)) {}
  Value(Array a);
  static Value object(std::initializer_list<std::pair<std::string_view, Value>> members = {});
  static Value array(std::initializer_list<Value> items = {});
  static Value of_members(Object members);  // the caller has made sure that no key comes twice

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(data_); }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(data_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(data_); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }
  bool is_object() const { return std::holds_alternative<Object>(data_); }
  std::string_view type_name() const;  // "a string", "an object", … for error texts

  // Only where the matching is_…() is true.
  bool as_bool() const { return std::get<bool>(data_); }
  std::int64_t as_integer() const { return std::get<std::int64_t>(data_); }
  double as_number() const;
  const std::string& as_string() const { return std::get<std::string>(data_); }
  const Array& items() const { return std::get<Array>(data_); }
  const Object& members() const { return std::get<Object>(data_); }

  // The member, or nullptr; also nullptr where this is no object.
  const Value* find(std::string_view key) const;
  // Walks a path of keys: at("data", "result"). Null value where any step is missing.
  const Value& at(std::string_view key) const;

  // Sets or replaces a member; a null value becomes an object first.
  Value& set(std::string_view key, Value value);
  // Appends; a null value becomes an array first.
  void push_back(Value item);

  Position position() const { return position_; }
  void set_position(Position position) { position_ = position; }

  bool operator==(const Value& other) const { return data_ == other.data_; }  // positions do not count

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> data_ = nullptr;
  Position position_;
};

}  // namespace json
