#include "store/sqlite/node_table.h"

#include "store/sqlite/documents.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace store::sqlite {

base::Result<void> put_node(Connection& connection, const jobs::Node& node) {
  return connection.run("keeping a node in", [&]() -> base::Result<void> {
    Query(connection,
          "INSERT INTO nodes (id, intent, intent_reason, registered_ns, last_heartbeat_ns, document, give_back_ns) "
          "VALUES (?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (id) DO UPDATE SET intent = excluded.intent, "
          "intent_reason = excluded.intent_reason, registered_ns = excluded.registered_ns, "
          "last_heartbeat_ns = excluded.last_heartbeat_ns, document = excluded.document, "
          "give_back_ns = excluded.give_back_ns")
        .bind(node.id.text())
        .bind(jobs::name(node.intent))
        .bind(node.intent_reason)
        .bind(node.registered.nanoseconds())
        .bind(node.last_heartbeat.nanoseconds())
        .bind(json::write(wire::encode(node.facts)))
        .bind(node.give_back_at ? std::optional(node.give_back_at->nanoseconds()) : std::nullopt)
        .execute();
    return {};
  });
}

base::Result<std::vector<jobs::Node>> all_nodes(Connection& connection) {
  return connection.run("reading the nodes of", [&]() -> base::Result<std::vector<jobs::Node>> {
    Query rows(connection,
               "SELECT id, intent, registered_ns, last_heartbeat_ns, document, intent_reason, give_back_ns "
               "FROM nodes ORDER BY id");
    std::vector<jobs::Node> nodes;
    while (rows.step()) {
      jobs::Node node;
      FFWATT_TRY(node.id, base::Id::parse(rows.text(0)));
      FFWATT_TRY(node.intent, jobs::parse_intent(rows.text(1)));
      node.intent_reason = rows.text(5);
      if (!rows.is_null(6)) node.give_back_at = units::WallTime::from_nanoseconds(rows.integer(6));
      node.registered = units::WallTime::from_nanoseconds(rows.integer(2));
      node.last_heartbeat = units::WallTime::from_nanoseconds(rows.integer(3));
      FFWATT_TRY(node.facts,
                 read_document(connection, "node " + node.id.text(), rows.text(4), wire::decode_node_facts));
      nodes.push_back(std::move(node));
    }
    return nodes;
  });
}

}  // namespace store::sqlite
