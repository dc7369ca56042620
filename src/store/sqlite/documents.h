// The JSON documents of records in a SQLite file, read back. Inside of `store`.
#pragma once

#include <string_view>

#include "store/documents.h"
#include "store/sqlite/connection.h"

namespace store::sqlite {

// `what` names the record in errors: "job #42".
template <class Decode>
auto read_document(const Connection& connection, std::string_view what, std::string_view text, Decode decode) {
  return store::read_document(connection.file().string(), what, text, decode);
}

}  // namespace store::sqlite
