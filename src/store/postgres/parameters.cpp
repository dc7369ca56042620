#include "store/postgres/parameters.h"

#include <bit>

#include "base/format.h"

namespace store::postgres {
namespace {

// Of pg_type.dat; they never change.
enum class Type : std::uint32_t { int8 = 20, text = 25, float8 = 701, uuid = 2950 };

void put(std::string& bytes, std::uint64_t value, int size) {
  for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
}

// One dimension that begins at 1, as array_recv() reads it: dimensions, whether there are nulls, the type, length,
// first index, and each element behind its length.
class Array {
 public:
  Array(Type type, std::size_t size) {
    put(bytes_, size == 0 ? 0 : 1, 4);
    put(bytes_, 1, 4);
    put(bytes_, static_cast<std::uint32_t>(type), 4);
    if (size == 0) return;
    put(bytes_, size, 4);
    put(bytes_, 1, 4);
  }
  void add(std::string_view element) {
    put(bytes_, element.size(), 4);
    bytes_ += element;
  }
  void add_number(std::uint64_t number) {
    put(bytes_, 8, 4);
    put(bytes_, number, 8);
  }
  void add_null() { put(bytes_, 0xffffffffu, 4); }
  Parameters::Value take() { return {std::move(bytes_), Parameters::Value::Form::binary}; }

 private:
  std::string bytes_;
};

std::string bytes_of(base::Id id) {
  std::string bytes;
  int high = -1;
  for (const char c : id.text()) {
    if (c == '-') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      bytes += static_cast<char>(high << 4 | digit);
      high = -1;
    }
  }
  return bytes;
}

// The length of the character that begins here; 0 where none does (RFC 3629).
std::size_t character(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  if (first == 0) return 0;
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at(i) & 0xc0) != 0x80) return 0;
  if (first == 0xe0 && at(1) < 0xa0) return 0;  // overlong
  if (first == 0xed && at(1) > 0x9f) return 0;  // half of a pair
  if (first == 0xf0 && at(1) < 0x90) return 0;
  if (first == 0xf4 && at(1) > 0x8f) return 0;
  return length;
}

}  // namespace

std::string clean(std::string_view text) {
  std::string cleaned;
  cleaned.reserve(text.size());
  while (!text.empty()) {
    const auto length = character(text);
    cleaned += length == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return cleaned;
}

Parameters& Parameters::add(std::int64_t number) { return values_.push_back({base::format("{}", number)}), *this; }

Parameters& Parameters::add(std::string_view text) { return values_.push_back({clean(text)}), *this; }

Parameters& Parameters::add_null() { return values_.push_back({{}, Value::Form::null}), *this; }

Parameters& Parameters::add_bytes(std::string_view bytes) {
  return values_.push_back({std::string(bytes), Value::Form::binary}), *this;
}

Parameters& Parameters::add_seconds(double seconds) { return values_.push_back({base::format("{}", seconds)}), *this; }

Parameters& Parameters::add_numbers(std::span<const std::int64_t> numbers) {
  Array array(Type::int8, numbers.size());
  for (const auto number : numbers) array.add_number(static_cast<std::uint64_t>(number));
  return values_.push_back(array.take()), *this;
}

Parameters& Parameters::add_numbers(std::span<const std::optional<std::int64_t>> numbers) {
  Array array(Type::int8, numbers.size());
  for (const auto& number : numbers) number ? array.add_number(static_cast<std::uint64_t>(*number)) : array.add_null();
  return values_.push_back(array.take()), *this;
}

Parameters& Parameters::add_texts(std::span<const std::string> texts) {
  Array array(Type::text, texts.size());
  for (const auto& text : texts) array.add(clean(text));
  return values_.push_back(array.take()), *this;
}

Parameters& Parameters::add_texts(std::span<const std::optional<std::string>> texts) {
  Array array(Type::text, texts.size());
  for (const auto& text : texts) text ? array.add(clean(*text)) : array.add_null();
  return values_.push_back(array.take()), *this;
}

Parameters& Parameters::add_ids(std::span<const base::Id> ids) {
  Array array(Type::uuid, ids.size());
  for (const auto id : ids) array.add(bytes_of(id));
  return values_.push_back(array.take()), *this;
}

Parameters& Parameters::add_ids(std::span<const std::optional<base::Id>> ids) {
  Array array(Type::uuid, ids.size());
  for (const auto& id : ids) id ? array.add(bytes_of(*id)) : array.add_null();
  return values_.push_back(array.take()), *this;
}

Parameters& Parameters::add_doubles(std::span<const double> numbers) {
  Array array(Type::float8, numbers.size());
  for (const double number : numbers) array.add_number(std::bit_cast<std::uint64_t>(number));
  return values_.push_back(array.take()), *this;
}

}  // namespace store::postgres
