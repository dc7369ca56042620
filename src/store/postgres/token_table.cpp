#include "store/postgres/token_table.h"

#include "base/format.h"

namespace store::postgres {

base::Result<void> put_token(Session& session, const jobs::AccessToken& token) {
  Parameters values;
  values.add(token.id)
      .add(jobs::name(token.scope))
      .add(token.name)
      .add(token.hash)
      .add(token.created.nanoseconds())
      .add(token.expires ? std::optional(token.expires->nanoseconds()) : std::nullopt)
      .add(token.node);
  FFWATT_TRY(const auto rows,
             session.ask("keeping a token in",
                         "INSERT INTO tokens (id, scope, name, hash, created_ns, expires_ns, node) "
                         "VALUES ($1::text, $2::text, $3::text, $4::text, $5::bigint, $6::bigint, $7::uuid) "
                         "ON CONFLICT DO NOTHING RETURNING id",
                         std::move(values)));
  if (rows.size() == 0) return base::Error::invalid(base::format("there is a token {} already", token.id));
  return {};
}

base::Result<void> remove_token(Session& session, const std::string& id) {
  FFWATT_TRY(const auto rows, session.ask("removing a token from",
                                          "DELETE FROM tokens WHERE id = $1::text RETURNING id", Parameters().add(id)));
  if (rows.size() == 0) return base::Error::absent(base::format("there is no token {}", id));
  return {};
}

base::Result<std::vector<jobs::AccessToken>> all_tokens(Session& session) {
  FFWATT_TRY(
      const auto rows,
      session.ask("reading the tokens of",
                  "SELECT id, scope, name, hash, created_ns, expires_ns, node FROM tokens ORDER BY id COLLATE \"C\""));
  std::vector<jobs::AccessToken> tokens;
  for (int row = 0; row < rows.size(); ++row) {
    jobs::AccessToken token{.id = rows.text(row, 0),
                            .name = rows.text(row, 2),
                            .hash = rows.text(row, 3),
                            .created = units::WallTime::from_nanoseconds(rows.integer(row, 4))};
    FFWATT_TRY(token.scope, jobs::parse_scope(rows.text(row, 1)));
    if (!rows.is_null(row, 5)) token.expires = units::WallTime::from_nanoseconds(rows.integer(row, 5));
    if (!rows.is_null(row, 6)) {
      FFWATT_TRY(token.node, base::Id::parse(rows.text(row, 6)));
    }
    tokens.push_back(std::move(token));
  }
  return tokens;
}

}  // namespace store::postgres
