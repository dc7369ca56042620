// NodeTable: what the core remembers of the nodes between two looks at the store: facts and intent, for the choice of
// jobs. When each was heard of is the store's to say; liveness is always derived, never stored. One thread: the core's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/node.h"
#include "store/store.h"
#include "units/time.h"

namespace master {

class NodeTable {
 public:
  explicit NodeTable(store::Store& store) : store_(store) {}

  base::Result<void> load(units::Instant now);
  // Shared with other masters: what they registered is found here within `patience`.
  base::Result<void> refresh(units::Instant now, units::Seconds patience);
  // A known id keeps its identity and intent; an unknown or absent one becomes a new node with `fresh` as its id.
  base::Result<jobs::Node> put(const std::optional<base::Id>& id, base::Id fresh, jobs::NodeFacts facts,
                               units::Instant now);
  // `give_back_at`: only of one that drains.
  base::Result<jobs::Node> set_intent(base::Id id, jobs::Intent intent, const std::string& reason, units::Instant now,
                                      std::optional<units::WallTime> give_back_at = std::nullopt);
  base::Result<void> heard(base::Id id, units::Instant now);  // absent where unknown: the agent registers again
  const jobs::Node* find(base::Id id) const;
  const std::map<base::Id, jobs::Node>& all() const { return nodes_; }

 private:
  store::Store& store_;
  std::map<base::Id, jobs::Node> nodes_;
  units::BootTime loaded_;
};

}  // namespace master
