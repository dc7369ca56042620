// Parameters: the values of one statement, in the wire's own binary form where that spares the server work: arrays,
// with which one statement writes a whole round, and bytes. Inside of `store`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"

namespace store::postgres {

// Bytes that this server's encoding (UTF-8) does not have are replaced: it would refuse the statement, and the whole
// transaction with it.
std::string clean(std::string_view text);

class Parameters {
 public:
  Parameters& add(std::int64_t number);
  Parameters& add(std::string_view text);
  Parameters& add(const char* text) { return add(std::string_view(text)); }
  Parameters& add(base::Id id) { return add(id.text()); }
  template <class T>
  Parameters& add(const std::optional<T>& value) {
    return value ? add(*value) : add_null();
  }
  Parameters& add_null();
  Parameters& add_bytes(std::string_view bytes);
  Parameters& add_seconds(double seconds);

  Parameters& add_numbers(std::span<const std::int64_t> numbers);  // bigint[]
  Parameters& add_numbers(std::span<const std::optional<std::int64_t>> numbers);
  Parameters& add_texts(std::span<const std::string> texts);  // text[]
  Parameters& add_texts(std::span<const std::optional<std::string>> texts);
  Parameters& add_ids(std::span<const base::Id> ids);  // uuid[]
  Parameters& add_ids(std::span<const std::optional<base::Id>> ids);
  Parameters& add_doubles(std::span<const double> numbers);  // float8[]

  struct Value {
    std::string bytes;
    enum class Form { text, binary, null } form = Form::text;
  };
  const std::vector<Value>& values() const { return values_; }

 private:
  std::vector<Value> values_;
};

}  // namespace store::postgres
