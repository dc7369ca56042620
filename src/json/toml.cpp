// parse_toml(): toml++ reads, we copy its tree into Values with positions, in the order of the file.
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/result.h"
#include "json/json.h"

namespace json {
namespace {

Position position_of(const toml::source_region& region) {
  return {static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

base::Error error_at(std::string_view file, Position at, std::string_view what) {
  return base::Error::invalid(base::format("{}:{}:{}: {}", file, at.line, at.column, what));
}

class Copier {
 public:
  explicit Copier(std::string_view file) : file_(file) {}

  base::Result<Value> table(const toml::table& table, std::size_t depth) {
    // toml++ keeps its keys sorted by name; the file's order is that of the keys' positions.
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (auto&& [key, node] : table) entries.emplace_back(&key, &node);
    std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      const auto &x = a.first->source().begin, &y = b.first->source().begin;
      return std::pair(x.line, x.column) < std::pair(y.line, y.column);
    });
    Object members;
    for (const auto& [key, node] : entries) {
      FFWATT_TRY(Value value, this->node(*node, depth + 1));
      if (value.position().line == 0) value.set_position(position_of(key->source()));
      members.push_back({std::string(key->str()), std::move(value)});
    }
    return Value::of_members(std::move(members));
  }

 private:
  base::Result<Value> array(const toml::array& array, std::size_t depth) {
    Array items;
    for (const auto& item : array) {
      FFWATT_TRY(Value value, node(item, depth + 1));
      items.push_back(std::move(value));
    }
    return Value(std::move(items));
  }

  base::Result<Value> node(const toml::node& node, std::size_t depth) {
    const Position at = position_of(node.source());
    FFWATT_TRY(Value value, unplaced(node, at, depth));
    value.set_position(at);
    return value;
  }

  base::Result<Value> unplaced(const toml::node& node, Position at, std::size_t depth) {
    if (depth > Limits{}.depth) return error_at(file_, at, base::format("nested more than {} deep", Limits{}.depth));
    if (++nodes_ > Limits{}.nodes) return error_at(file_, at, base::format("more than {} values", Limits{}.nodes));
    if (const auto* table = node.as_table()) return this->table(*table, depth);
    if (const auto* items = node.as_array()) return array(*items, depth);
    if (const auto* text = node.as_string()) return Value(text->get());
    if (const auto* flag = node.as_boolean()) return Value(flag->get());
    if (const auto* whole = node.as_integer()) return Value(whole->get());
    if (const auto* number = node.as_floating_point()) {
      if (std::isfinite(number->get())) return Value(number->get());
      return error_at(file_, at, "inf and nan are not taken; write a number");
    }
    return error_at(file_, at, "dates and times are not taken; write a string in quotes");
  }

  std::string_view file_;
  std::size_t nodes_ = 0;
};

}  // namespace

base::Result<Value> parse_toml(std::string_view text, std::string_view file) {
  if (text.size() > Limits{}.bytes) {
    return base::Error::invalid(
        base::format("{}: {} bytes of TOML; at most {} are read", file, text.size(), Limits{}.bytes));
  }
  try {
    FFWATT_TRY(Value value, Copier(file).table(toml::parse(text, file), 0));
    value.set_position({1, 1});
    return value;
  } catch (const toml::parse_error& error) {
    return error_at(file, position_of(error.source()), error.description());
  }
}

}  // namespace json
