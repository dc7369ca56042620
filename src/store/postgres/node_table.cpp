#include "store/postgres/node_table.h"

#include "store/documents.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace store::postgres {

base::Result<void> put_node(Session& session, const jobs::Node& node) {
  std::vector<Statement> statements;
  statements.push_back(
      {"INSERT INTO nodes (id, intent, intent_reason, registered_ns, document, give_back_ns) "
       "VALUES ($1::uuid, $2::text, $3::text, $4::bigint, $5::text, $6::bigint) "
       "ON CONFLICT (id) DO UPDATE SET intent = excluded.intent, "
       "intent_reason = excluded.intent_reason, registered_ns = excluded.registered_ns, "
       "document = excluded.document, give_back_ns = excluded.give_back_ns",
       Parameters()
           .add(node.id)
           .add(jobs::name(node.intent))
           .add(node.intent_reason)
           .add(node.registered.nanoseconds())
           .add(json::write(wire::encode(node.facts)))
           .add(node.give_back_at ? std::optional(node.give_back_at->nanoseconds()) : std::nullopt)});
  statements.push_back({"INSERT INTO node_heard (node, at) VALUES ($1::uuid, farm_clock()) ON CONFLICT DO NOTHING",
                        Parameters().add(node.id)});
  FFWATT_TRY(const auto answers, session.ask("keeping a node in", std::move(statements)));
  return {};
}

base::Result<std::vector<SeenNode>> all_nodes(Session& session) {
  std::vector<Statement> statements;
  // Nobody was heard of later than now: the server's clock was set back.
  statements.push_back(
      {"UPDATE node_heard SET at = farm_clock() WHERE at > (SELECT farm_clock()) + interval '1 second'", {}});
  // After a crash of the server that table is empty: everybody counts as heard of.
  statements.push_back(
      {"INSERT INTO node_heard (node, at) SELECT id, farm_clock() FROM nodes ON CONFLICT DO NOTHING", {}});
  statements.push_back(
      {"SELECT n.id, n.intent, n.intent_reason, n.registered_ns, n.document, "
       "(extract(epoch FROM h.at) * 1000000)::bigint * 1000, extract(epoch FROM farm_clock() - h.at), "
       "n.give_back_ns "
       "FROM nodes n JOIN node_heard h ON h.node = n.id ORDER BY n.id",
       {}});
  FFWATT_TRY(const auto answers, session.ask("reading the nodes of", std::move(statements)));
  const auto& rows = answers[2];
  std::vector<SeenNode> seen;
  for (int row = 0; row < rows.size(); ++row) {
    SeenNode one;
    auto& node = one.node;
    FFWATT_TRY(node.id, base::Id::parse(rows.text(row, 0)));
    FFWATT_TRY(node.intent, jobs::parse_intent(rows.text(row, 1)));
    node.intent_reason = rows.text(row, 2);
    node.registered = units::WallTime::from_nanoseconds(rows.integer(row, 3));
    FFWATT_TRY(node.facts,
               read_document(session.where(), "node " + node.id.text(), rows.text(row, 4), wire::decode_node_facts));
    node.last_heartbeat = units::WallTime::from_nanoseconds(rows.integer(row, 5));
    if (!rows.is_null(row, 7)) node.give_back_at = units::WallTime::from_nanoseconds(rows.integer(row, 7));
    one.since_heard = units::Seconds(rows.number(row, 6));
    seen.push_back(std::move(one));
  }
  return seen;
}

base::Result<bool> is_node(Session& session, base::Id id) {
  FFWATT_TRY(const auto rows,
             session.ask("looking for a node in", "SELECT 1 FROM nodes WHERE id = $1::uuid", Parameters().add(id)));
  return rows.size() != 0;
}

}  // namespace store::postgres
