// parse(): Boost.JSON's event parser fills our Values; the limits, the duplicate keys and the numbers are ours.
#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <unordered_set>

#include "base/format.h"
#include "json/json.h"

namespace json {
namespace {

using boost::json::error_code;
using Text = boost::json::string_view;

// Up to this many members a walk over the keys is cheaper than a hash set.
constexpr std::size_t kWalkedKeys = 16;

struct Open {
  bool is_object = false;
  Object members;
  Array items;
  std::string key;
  std::unordered_set<std::string> seen;
};

// The callbacks of boost::json::basic_parser. A callback that answers false has set `ec`, and `fault` where the reason
// is one of ours.
class Handler {
 public:
  // Boost's own limits stay out of the way: the byte limit of parse() bounds them all.
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  explicit Handler(const Limits& limits) : limits_(limits) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }

  bool on_object_begin(error_code& ec) { return begin(true, ec); }
  bool on_array_begin(error_code& ec) { return begin(false, ec); }
  bool on_object_end(std::size_t, error_code& ec) { return end(ec); }
  bool on_array_end(std::size_t, error_code& ec) { return end(ec); }

  bool on_key_part(Text part, std::size_t, error_code&) { return text_.append(part), true; }
  bool on_key(Text part, std::size_t, error_code& ec) {
    text_.append(part);
    auto& open = open_.back();
    open.key = std::exchange(text_, {});
    if (is_new_key(open)) return true;
    return refuse(ec, base::format("the key \"{}\" comes twice in one object", open.key.substr(0, 100)));
  }

  bool on_string_part(Text part, std::size_t, error_code&) { return text_.append(part), true; }
  bool on_string(Text part, std::size_t, error_code& ec) {
    text_.append(part);
    return add(Value(std::exchange(text_, {})), ec);
  }

  bool on_number_part(Text part, error_code&) { return text_.append(part), true; }
  bool on_int64(std::int64_t number, Text, error_code& ec) { return text_.clear(), add(Value(number), ec); }
  bool on_uint64(std::uint64_t number, Text, error_code& ec) { return text_.clear(), add(Value(number), ec); }
  // Read again from the text: Boost 1.81 rounds some doubles to a neighbour, and makes infinity of 1e999.
  bool on_double(double, Text part, error_code& ec) {
    text_.append(part);
    double number = 0;
    const auto result = std::from_chars(text_.data(), text_.data() + text_.size(), number);
    const std::string text = std::exchange(text_, {});
    if (result.ec == std::errc::result_out_of_range) {
      // The same answer for too large and too small; a number below 1e-308 is zero for us.
      const auto exponent = text.find_first_of("eE");
      if (exponent == text.npos || text.compare(exponent + 1, 1, "-") != 0) {
        return refuse(ec, base::format("the number {} is too large", text.substr(0, 40)));
      }
      number = 0;
    }
    return add(Value(number), ec);
  }

  bool on_bool(bool flag, error_code& ec) { return add(Value(flag), ec); }
  bool on_null(error_code& ec) { return add(Value(), ec); }

  Value take() { return std::move(root_); }
  const std::string& fault() const { return fault_; }

 private:
  bool refuse(error_code& ec, std::string why) {
    fault_ = std::move(why);
    ec = boost::json::error::input_error;
    return false;
  }

  bool count(error_code& ec) {
    if (++nodes_ <= limits_.nodes) return true;
    return refuse(ec, base::format("more than {} values", limits_.nodes));
  }

  bool begin(bool is_object, error_code& ec) {
    if (!count(ec)) return false;
    if (open_.size() >= limits_.depth) return refuse(ec, base::format("nested more than {} deep", limits_.depth));
    open_.emplace_back().is_object = is_object;
    return true;
  }

  bool end(error_code& ec) {
    auto open = std::move(open_.back());
    open_.pop_back();
    --nodes_;  // counted when it began
    return add(open.is_object ? Value::of_members(std::move(open.members)) : Value(std::move(open.items)), ec);
  }

  bool add(Value value, error_code& ec) {
    if (!count(ec)) return false;
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto& open = open_.back(); open.is_object) {
      open.members.push_back({std::move(open.key), std::move(value)});
    } else {
      open.items.push_back(std::move(value));
    }
    return true;
  }

  static bool is_new_key(Open& open) {
    if (open.members.size() < kWalkedKeys) {
      return std::none_of(open.members.begin(), open.members.end(),
                          [&](const Member& member) { return member.key == open.key; });
    }
    if (open.seen.empty()) {
      for (const auto& member : open.members) open.seen.insert(member.key);
    }
    return open.seen.insert(open.key).second;
  }

  Limits limits_;
  std::size_t nodes_ = 0;
  std::vector<Open> open_;
  std::string text_;
  std::string fault_;
  Value root_;
};

// Columns count characters, as editors do, not bytes.
Position position_of(std::string_view text, std::size_t offset) {
  Position position{1, 1};
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++position.column;
    }
  }
  return position;
}

std::string reason(const error_code& ec, std::string_view text, std::size_t offset) {
  using boost::json::error;
  if (ec == error::incomplete) return text.empty() ? "the text is empty" : "the text ends in the middle";
  if (ec == error::extra_data) return "something follows after the end of the value";
  if (ec == error::too_deep) return "nested too deep";
  if (ec == error::exponent_overflow) return "the exponent of a number is too large";
  if (ec == error::illegal_leading_surrogate || ec == error::illegal_trailing_surrogate ||
      ec == error::expected_utf16_escape) {
    return "a \\u escape is half of a surrogate pair";
  }
  if (ec == error::expected_hex_digit) return "a \\u escape needs four hex digits";
  if (offset < text.size()) {
    const auto c = static_cast<unsigned char>(text[offset]);
    if (c < 0x20) return base::format("unexpected control character 0x{:02x}", c);
    if (c >= 0x80) return "unexpected character, or text that is not UTF-8";
    return base::format("unexpected '{}'", text[offset]);
  }
  return "not JSON";
}

}  // namespace

base::Result<Value> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.bytes) {
    return base::Error::invalid(base::format("JSON of {} bytes; at most {} are read", text.size(), limits.bytes));
  }
  boost::json::parse_options options;
  options.max_depth = limits.depth + 1;  // our own check comes first and names the limit
  boost::json::basic_parser<Handler> parser(options, limits);
  error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  std::size_t offset = read;
  if (!ec && read < text.size()) ec = boost::json::error::extra_data;
  if (!ec) return parser.handler().take();
  const auto& fault = parser.handler().fault();
  const Position at = position_of(text, offset);
  return base::Error::invalid(
      base::format("{}:{}: {}", at.line, at.column, fault.empty() ? reason(ec, text, offset) : fault));
}

}  // namespace json
