#include "base/id.h"

#include <algorithm>

#include "base/format.h"

namespace base {

Id Id::make(std::uint64_t unix_milliseconds, std::uint64_t random_high, std::uint64_t random_low) {
  Id id;
  for (std::size_t i = 0; i < 6; ++i) id.bytes_[i] = static_cast<std::uint8_t>(unix_milliseconds >> (8 * (5 - i)));
  id.bytes_[6] = static_cast<std::uint8_t>(0x70 | ((random_high >> 8) & 0x0f));
  id.bytes_[7] = static_cast<std::uint8_t>(random_high);
  for (std::size_t i = 0; i < 8; ++i) id.bytes_[8 + i] = static_cast<std::uint8_t>(random_low >> (8 * i));
  id.bytes_[8] = static_cast<std::uint8_t>(0x80 | (id.bytes_[8] & 0x3f));
  return id;
}

Result<Id> Id::parse(std::string_view text) {
  const auto fault = [&] {
    return Error::invalid(
        format("'{}' is not an id; expected a UUID such as "
               "01890a5d-ac96-774b-bcce-b302099a8057",
               text));
  };
  if (text.size() != 36) return fault();
  Id id;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return fault();
      continue;
    }
    int digit;
    if (c >= '0' && c <= '9')
      digit = c - '0';
    else if (c >= 'a' && c <= 'f')
      digit = c - 'a' + 10;
    else if (c >= 'A' && c <= 'F')
      digit = c - 'A' + 10;
    else
      return fault();
    auto& byte = id.bytes_[nibble / 2];
    byte = static_cast<std::uint8_t>(nibble % 2 ? byte | digit : digit << 4);
    ++nibble;
  }
  return id;
}

std::string Id::text() const {
  std::string out;
  out.reserve(36);
  for (std::size_t i = 0; i < bytes_.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += "0123456789abcdef"[bytes_[i] >> 4];
    out += "0123456789abcdef"[bytes_[i] & 15];
  }
  return out;
}

bool Id::is_nil() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t b) { return b == 0; });
}

std::string short_id(std::uint64_t random) {
  std::string out(6, '0');
  for (char& c : out) {
    c = "0123456789abcdefghjkmnpqrstvwxyz"[random & 31];
    random >>= 5;
  }
  return out;
}

std::string token_text(std::uint64_t random_high, std::uint64_t random_low) {
  return format("{:016x}{:016x}", random_high, random_low);
}

}  // namespace base
