// The JSON documents of records, read back. Inside of `store`.
#pragma once

#include <string>
#include <string_view>

#include "base/format.h"
#include "base/result.h"
#include "json/json.h"
#include "store/sqlite/connection.h"

namespace store::sqlite {

// `what` names the record in errors: "job #42".
template <class Decode>
auto read_document(const Connection& connection, std::string_view what, std::string_view text, Decode decode)
    -> decltype(decode(json::Value())) {
  const auto unreadable = [&](const base::Error& error) {
    return base::Error::failed(
        base::format("{} in {} cannot be read: {}; restore a backup", what, connection.file().string(), error.text()));
  };
  auto value = json::parse(text);
  if (!value) return unreadable(value.error());
  auto decoded = decode(*value);
  if (!decoded) return unreadable(decoded.error());
  return decoded;
}

}  // namespace store::sqlite
