// Ids. A long Id is a UUIDv7 (RFC 9562): it sorts by creation time, so indexes stay local. A short id is what people
// type for local runs. Both are made from numbers that the caller passes in: no clock and no randomness in here.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

class Id {
 public:
  Id() = default;  // the nil id; is_nil() tells
  static Id make(std::uint64_t unix_milliseconds, std::uint64_t random_high, std::uint64_t random_low);
  // Only the form 8-4-4-4-12 of lower or upper case hex digits.
  static Result<Id> parse(std::string_view text);

  std::string text() const;
  bool is_nil() const;
  std::string_view bytes() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  auto operator<=>(const Id&) const = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// Six characters of Crockford's base 32 in lower case (no i, l, o, u): 30 bits, so 1 % risk of a clash at 4 600 runs;
// the store that keeps them asks again on a clash.
std::string short_id(std::uint64_t random);

// 32 hex digits from 128 random bits: lease tokens and the like.
std::string token_text(std::uint64_t random_high, std::uint64_t random_low);

}  // namespace base

template <>
struct std::hash<base::Id> {
  std::size_t operator()(const base::Id& id) const noexcept { return std::hash<std::string_view>{}(id.bytes()); }
};
