// The schema's history: numbered files, each applied once and in order. Inside of `store`.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/postgres/connection.h"

namespace store::postgres {

struct Migration {
  int number = 0;
  std::string_view name, sql;
};
std::vector<Migration> migrations();  // of migrations/, embedded by the build

// Brings schema `ffwatt` of the database to the newest form, all steps in one transaction; of masters that start at
// once one does it and the others wait. failed: a schema that is newer than this program.
base::Result<void> migrate(Connection& connection);
base::Result<void> migrate(Connection& connection, std::span<const Migration> steps);  // for tests

}  // namespace store::postgres
