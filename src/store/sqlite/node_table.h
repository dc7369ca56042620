// The nodes in an open database. Inside of `store`.
#pragma once

#include <vector>

#include "base/result.h"
#include "jobs/node.h"
#include "store/sqlite/connection.h"

namespace store::sqlite {

base::Result<void> put_node(Connection& connection, const jobs::Node& node);
base::Result<std::vector<jobs::Node>> all_nodes(Connection& connection);

}  // namespace store::sqlite
