#include "store/sqlite/migrate.h"

#include "base/format.h"

namespace store::sqlite {
namespace {

// "ffwt": tells our files from other databases, also to file(1).
constexpr std::int64_t application_id = 0x66667774;

std::int64_t number_of(Connection& connection, const char* pragma) {
  return connection.database().execAndGet(pragma).getInt64();
}

base::Result<int> version_in(Connection& connection, int newest) {
  return connection.run("reading the schema of", [&]() -> base::Result<int> {
    const auto version = number_of(connection, "PRAGMA user_version");
    const auto id = number_of(connection, "PRAGMA application_id");
    const bool empty = number_of(connection, "SELECT count(*) FROM sqlite_schema") == 0;
    if (empty && version == 0) return 0;
    if (id != application_id)
      return base::Error::failed(
          base::format("{} is a database of another program; name another file", connection.file().string()));
    if (version > newest)
      return base::Error::failed(base::format(
          "{} was written by a newer ffwatt (schema {}, this program knows {}); update ffwatt, or name another file",
          connection.file().string(), version, newest));
    return static_cast<int>(version);
  });
}

}  // namespace

base::Result<int> schema_version(Connection& connection) {
  return version_in(connection, static_cast<int>(migrations().size()));
}

base::Result<void> migrate(Connection& connection) { return migrate(connection, migrations()); }

base::Result<void> migrate(Connection& connection, std::span<const Migration> steps) {
  const int newest = static_cast<int>(steps.size());
  return connection.atomically("updating the schema of", [&]() -> base::Result<void> {
    FFWATT_TRY(const int version, version_in(connection, newest));
    if (version == newest) return {};
    for (const auto& step : steps)
      if (step.number > version) connection.database().exec(std::string(step.sql));
    connection.database().exec(
        base::format("PRAGMA application_id = {}; PRAGMA user_version = {};", application_id, newest));
    return {};
  });
}

}  // namespace store::sqlite
