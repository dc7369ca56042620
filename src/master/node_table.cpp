#include "master/node_table.h"

#include "base/format.h"

namespace master {

base::Result<void> NodeTable::load(units::Instant now) {
  FFWATT_TRY(auto nodes, store_.nodes());
  std::map<base::Id, KnownNode> loaded;
  for (auto& node : nodes) {
    const auto known = nodes_.find(node.id);
    if (known == nodes_.end()) {
      loaded[node.id] = {node, now.boot};
    } else {  // heartbeats are only in memory
      node.last_heartbeat = known->second.node.last_heartbeat;
      loaded[node.id] = {node, known->second.heard};
    }
  }
  nodes_ = std::move(loaded);
  return {};
}

base::Result<jobs::Node> NodeTable::put(const std::optional<base::Id>& id, base::Id fresh, jobs::NodeFacts facts,
                                        units::Instant now) {
  jobs::Node node;
  const auto known = id ? nodes_.find(*id) : nodes_.end();
  if (known != nodes_.end()) {
    node = known->second.node;
  } else {
    node.id = id.value_or(fresh);  // an id that another master gave is kept: the agent's files carry it
    node.registered = now.wall;
  }
  node.facts = std::move(facts);
  node.last_heartbeat = now.wall;
  FFWATT_CHECK(store_.put_node(node));
  nodes_[node.id] = {node, now.boot};
  return node;
}

base::Result<void> NodeTable::heard(base::Id id, units::Instant now) {
  const auto it = nodes_.find(id);
  if (it == nodes_.end())
    return base::Error::absent(base::format("node {} is not registered here; register it again", id.text()));
  it->second.heard = now.boot;
  it->second.node.last_heartbeat = now.wall;
  return {};
}

const KnownNode* NodeTable::find(base::Id id) const {
  const auto it = nodes_.find(id);
  return it == nodes_.end() ? nullptr : &it->second;
}

}  // namespace master
