// NodeTable: the nodes that a master knows, and when each was last heard of. Liveness is always derived, never stored.
// One thread: the core's.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "base/result.h"
#include "jobs/node.h"
#include "store/store.h"
#include "units/time.h"

namespace master {

struct KnownNode {
  jobs::Node node;
  units::BootTime heard;  // last heartbeat, claim or registration, on the master's clock
};

class NodeTable {
 public:
  explicit NodeTable(store::Store& store) : store_(store) {}

  base::Result<void> load(units::Instant now);  // every node counts as heard of now
  // A known id keeps its identity and intent; an unknown or absent one becomes a new node with `fresh` as its id.
  base::Result<jobs::Node> put(const std::optional<base::Id>& id, base::Id fresh, jobs::NodeFacts facts,
                               units::Instant now);
  base::Result<void> heard(base::Id id, units::Instant now);  // absent where unknown: the agent registers again
  const KnownNode* find(base::Id id) const;
  const std::map<base::Id, KnownNode>& all() const { return nodes_; }
  units::Seconds age(const KnownNode& node, units::Instant now) const { return now.boot - node.heard; }

 private:
  store::Store& store_;
  std::map<base::Id, KnownNode> nodes_;
};

}  // namespace master
