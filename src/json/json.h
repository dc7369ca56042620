// Reading and writing JSON and TOML, with limits against hostile input. Read this header first.
// parse() refuses duplicate keys, depth, size and number overflow; errors say line and column.
// Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace json {

struct Limits {
  std::size_t bytes = 16u << 20;
  std::size_t depth = 32;
  std::size_t nodes = 1'000'000;
};

base::Result<Value> parse(std::string_view text, const Limits& limits = {});
// `file` names the source in errors: "ffwatt.toml:3:7: …". Every value carries its position. Dates are refused: ffwatt
// has no option that is one.
base::Result<Value> parse_toml(std::string_view text, std::string_view file);

enum class Layout { compact, indented };
std::string write(const Value& value, Layout layout = Layout::compact);

}  // namespace json
