// The nodes. Inside of `store`.
#pragma once

#include <vector>

#include "store/postgres/session.h"
#include "store/store.h"

namespace store::postgres {

base::Result<void> put_node(Session& session, const jobs::Node& node);
base::Result<std::vector<SeenNode>> all_nodes(Session& session);
base::Result<bool> is_node(Session& session, base::Id id);

}  // namespace store::postgres
