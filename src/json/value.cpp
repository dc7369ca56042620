#include "json/value.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace json {

Value::Value(std::uint64_t n) {
  if (n <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    data_ = static_cast<std::int64_t>(n);
  } else {
    data_ = static_cast<double>(n);
  }
}

Value::Value(double n) {
  if (std::isfinite(n)) data_ = n;
}

Value::Value(Array a) : data_(std::move(a)) {}

Value Value::object(std::initializer_list<std::pair<std::string_view, Value>> members) {
  Value value;
  value.data_ = Object{};
  std::get<Object>(value.data_).reserve(members.size());
  for (const auto& [key, member] : members) value.set(key, member);
  return value;
}

Value Value::array(std::initializer_list<Value> items) { return Value(Array(items)); }

Value Value::of_members(Object members) {
  Value value;
  value.data_ = std::move(members);
  return value;
}

std::string_view Value::type_name() const {
  switch (data_.index()) {
    case 0:
      return "null";
    case 1:
      return "a boolean";
    case 2:
      return "a whole number";
    case 3:
      return "a number";
    case 4:
      return "a string";
    case 5:
      return "an array";
    default:
      return "an object";
  }
}

double Value::as_number() const { return is_integer() ? static_cast<double>(as_integer()) : std::get<double>(data_); }

const Value* Value::find(std::string_view key) const {
  if (!is_object()) return nullptr;
  for (const auto& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

const Value& Value::at(std::string_view key) const {
  static const Value null;
  const Value* member = find(key);
  return member ? *member : null;
}

Value& Value::set(std::string_view key, Value value) {
  if (is_null()) data_ = Object{};
  auto& members = std::get<Object>(data_);
  for (auto& member : members) {
    if (member.key == key) return member.value = std::move(value), *this;
  }
  // Doubling from one member on would move the first ones five times.
  if (members.size() == members.capacity()) members.reserve(members.size() + std::max<std::size_t>(16, members.size()));
  members.push_back({std::string(key), std::move(value)});
  return *this;
}

void Value::push_back(Value item) {
  if (is_null()) data_ = Array{};
  std::get<Array>(data_).push_back(std::move(item));
}

}  // namespace json
