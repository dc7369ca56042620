#include "store/sqlite/token_table.h"

#include "base/format.h"

namespace store::sqlite {
namespace {

std::optional<std::int64_t> nanoseconds(const std::optional<units::WallTime>& time) {
  return time ? std::optional(time->nanoseconds()) : std::nullopt;
}

}  // namespace

base::Result<void> put_token(Connection& connection, const jobs::AccessToken& token) {
  return connection.run("keeping a token in", [&]() -> base::Result<void> {
    const int rows = Query(connection,
                           "INSERT INTO tokens (id, scope, name, hash, created_ns, expires_ns, node) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
                         .bind(token.id)
                         .bind(jobs::name(token.scope))
                         .bind(token.name)
                         .bind(token.hash)
                         .bind(token.created.nanoseconds())
                         .bind(nanoseconds(token.expires))
                         .bind(token.node ? std::optional(token.node->text()) : std::nullopt)
                         .execute();
    if (rows == 0) return base::Error::invalid(base::format("there is a token {} already", token.id));
    return {};
  });
}

base::Result<void> remove_token(Connection& connection, const std::string& id) {
  return connection.run("removing a token from", [&]() -> base::Result<void> {
    if (Query(connection, "DELETE FROM tokens WHERE id = ?").bind(id).execute() == 0)
      return base::Error::absent(base::format("there is no token {}", id));
    return {};
  });
}

base::Result<std::vector<jobs::AccessToken>> all_tokens(Connection& connection) {
  return connection.run("reading the tokens of", [&]() -> base::Result<std::vector<jobs::AccessToken>> {
    Query rows(connection, "SELECT id, scope, name, hash, created_ns, expires_ns, node FROM tokens ORDER BY id");
    std::vector<jobs::AccessToken> tokens;
    while (rows.step()) {
      jobs::AccessToken token{.id = rows.text(0),
                              .name = rows.text(2),
                              .hash = rows.text(3),
                              .created = units::WallTime::from_nanoseconds(rows.integer(4))};
      FFWATT_TRY(token.scope, jobs::parse_scope(rows.text(1)));
      if (!rows.is_null(5)) token.expires = units::WallTime::from_nanoseconds(rows.integer(5));
      if (!rows.is_null(6)) {
        FFWATT_TRY(token.node, base::Id::parse(rows.text(6)));
      }
      tokens.push_back(std::move(token));
    }
    return tokens;
  });
}

}  // namespace store::sqlite
