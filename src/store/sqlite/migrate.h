// The schema's history: numbered files, each applied once and in order. Inside of `store`.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/sqlite/connection.h"

namespace store::sqlite {

struct Migration {
  int number = 0;  // what PRAGMA user_version says afterwards
  std::string_view name, sql;
};
std::vector<Migration> migrations();  // of migrations/, embedded by the build

// The number of the schema in the file; 0 for an empty one. failed for another program's database and for a schema that
// is newer than this program.
base::Result<int> schema_version(Connection& connection);
// Brings the file to the newest schema, all steps in one transaction.
base::Result<void> migrate(Connection& connection);
base::Result<void> migrate(Connection& connection, std::span<const Migration> steps);  // for tests

}  // namespace store::sqlite
