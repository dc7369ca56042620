#include "store/postgres/migrate.h"

#include "base/format.h"

namespace store::postgres {
namespace {

constexpr std::string_view doing = "updating the schema of";

}  // namespace

base::Result<void> migrate(Connection& connection) { return migrate(connection, migrations()); }

base::Result<void> migrate(Connection& connection, std::span<const Migration> steps) {
  const int newest = static_cast<int>(steps.size());
  FFWATT_CHECK(connection.begin());
  const auto migrated = [&]() -> base::Result<void> {
    // "ffwt": any number that every ffwatt takes, and hardly another program.
    FFWATT_TRY(const auto locked, connection.ask(doing, "SELECT pg_advisory_xact_lock(1717991284)"));
    FFWATT_TRY(const auto there, connection.ask(doing, "SELECT to_regclass('ffwatt.schema_version') IS NOT NULL"));
    int version = 0;
    if (there.text(0, 0) == "t") {
      FFWATT_TRY(const auto known, connection.ask(doing, "SELECT max(version) FROM ffwatt.schema_version"));
      version = static_cast<int>(known.integer(0, 0));
    }
    if (version > newest)
      return base::Error::failed(
          base::format("{} was written by a newer ffwatt (schema {}, this program knows {}); update ffwatt, or name "
                       "another database",
                       connection.where(), version, newest));
    if (version == newest) return {};
    if (version == 0)
      FFWATT_CHECK(connection.execute(doing,
                                      "CREATE SCHEMA IF NOT EXISTS ffwatt;"
                                      "CREATE TABLE ffwatt.schema_version (version integer PRIMARY KEY,"
                                      " since timestamptz NOT NULL DEFAULT clock_timestamp());"));
    for (const auto& step : steps)
      if (step.number > version)
        FFWATT_CHECK(connection.execute(doing, base::format("SET LOCAL search_path = ffwatt; {}", step.sql)));
    return connection.execute(doing, base::format("INSERT INTO ffwatt.schema_version (version) VALUES ({});", newest));
  }();
  if (migrated) return connection.commit();
  connection.rollback();
  return migrated;
}

}  // namespace store::postgres
