// The JSON documents of records, as text and read back. Inside of `store`.
#pragma once

#include <string>
#include <string_view>

#include "base/format.h"
#include "base/result.h"
#include "json/json.h"
#include "store/store.h"

namespace store {

// `what` names the record in errors ("job #42"), `where` the database.
template <class Decode>
auto read_document(std::string_view where, std::string_view what, std::string_view text, Decode decode)
    -> decltype(decode(json::Value())) {
  const auto unreadable = [&](const base::Error& error) {
    return base::Error::failed(
        base::format("{} in {} cannot be read: {}; restore a backup", what, where, error.text()));
  };
  auto value = json::parse(text);
  if (!value) return unreadable(value.error());
  auto decoded = decode(*value);
  if (!decoded) return unreadable(decoded.error());
  return decoded;
}

// The record's class, or that of its needs where it has none.
std::string class_text(const JobRecord& record);
// The report where it is kept with the job; it has a column of its own: lists and claims need not read it.
std::optional<std::string> report_of(const JobRecord& record);

}  // namespace store
