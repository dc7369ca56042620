#include "master/node_table.h"

#include "base/format.h"

namespace master {
namespace {

base::Error unknown(base::Id id) {
  return base::Error::absent(base::format("node {} is not registered here; register it again", id.text()));
}

}  // namespace

base::Result<void> NodeTable::load(units::Instant now) {
  FFWATT_TRY(auto seen, store_.nodes(now));
  nodes_.clear();
  for (auto& one : seen) nodes_[one.node.id] = std::move(one.node);
  loaded_ = now.boot;
  return {};
}

base::Result<void> NodeTable::refresh(units::Instant now, units::Seconds patience) {
  if (store_.sharing() == store::Store::Sharing::alone || now.boot < loaded_ + patience) return {};
  return load(now);
}

base::Result<jobs::Node> NodeTable::put(const std::optional<base::Id>& id, base::Id fresh, jobs::NodeFacts facts,
                                        units::Instant now) {
  if (id && !find(*id) && store_.sharing() == store::Store::Sharing::shared) FFWATT_CHECK(load(now));
  jobs::Node node;
  if (const auto* known = id ? find(*id) : nullptr) {
    node = *known;
  } else {
    node.id = id.value_or(fresh);  // an id that another master gave is kept: the agent's files carry it
    node.registered = now.wall;
  }
  node.facts = std::move(facts);
  node.last_heartbeat = now.wall;
  FFWATT_CHECK(store_.put_node(node, now));
  FFWATT_CHECK(store_.heard(node.id, now));
  nodes_[node.id] = node;
  return node;
}

base::Result<jobs::Node> NodeTable::set_intent(base::Id id, jobs::Intent intent, const std::string& reason,
                                               units::Instant now, std::optional<units::WallTime> give_back_at) {
  const auto known = nodes_.find(id);
  if (known == nodes_.end()) return unknown(id);
  jobs::Node node = known->second;
  node.intent = intent;
  node.intent_reason = reason;
  node.give_back_at = give_back_at;
  FFWATT_CHECK(store_.put_node(node, now));
  return known->second = node;
}

base::Result<void> NodeTable::heard(base::Id id, units::Instant now) {
  if (!find(id)) {
    if (store_.sharing() == store::Store::Sharing::alone) return unknown(id);
    FFWATT_CHECK(load(now));
  }
  return store_.heard(id, now);
}

const jobs::Node* NodeTable::find(base::Id id) const {
  const auto it = nodes_.find(id);
  return it == nodes_.end() ? nullptr : &it->second;
}

}  // namespace master
