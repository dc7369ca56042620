#include "store/postgres/opening.h"

#include "base/format.h"

namespace store::postgres {
namespace {

using base::Error;
using base::format;

constexpr int oldest_version = 140000;

}  // namespace

base::Result<void> examine(Connection& connection, base::Log& log) {
  FFWATT_TRY(const auto row,
             connection.ask("looking at",
                            "SELECT current_setting('server_version_num'), current_setting('server_version'), "
                            "current_setting('server_encoding'), current_setting('synchronous_commit'), "
                            "current_setting('fsync'), current_setting('full_page_writes'), pg_is_in_recovery()"));
  const auto& where = connection.where();
  if (row.integer(0, 0) < oldest_version)
    return Error::invalid(format("{} is of PostgreSQL {}; 14 or newer is needed", where, row.text(0, 1)));
  if (row.text(0, 6) == "t")
    return Error::retry(
        format("{} is a standby, which only reads; name the host that takes writes, or all of them with "
               "target_session_attrs=read-write",
               where));
  if (row.text(0, 2) != "UTF8")
    return Error::invalid(
        format("{} has encoding {}; make one with `createdb --encoding=UTF8 --template=template0 NAME`", where,
               row.text(0, 2)));
  if (row.text(0, 3) == "off")
    return Error::invalid(format(
        "{} has synchronous_commit = off: jobs that were acknowledged would be lost with its power. Set it to on "
        "(`ALTER DATABASE NAME SET synchronous_commit = on`, or the same of the user, or in postgresql.conf and "
        "`SELECT pg_reload_conf()`)",
        where));
  if (row.text(0, 4) == "off" || row.text(0, 5) == "off")
    log.warning(
        "the database server runs without fsync or full_page_writes: what was acknowledged is lost with its power",
        {{"database", where}});
  return {};
}

base::Result<void> enter(Connection& connection) {
  // Of a master that is gone the server frees the slot with its session.
  for (int slot = 1;; ++slot) {
    FFWATT_TRY(const auto taken, connection.ask("taking a slot in",
                                                "SELECT pg_try_advisory_lock(1717991284, $1::integer), "
                                                "set_config('ffwatt.slot', $1::integer::text, false)",
                                                Parameters().add(std::int64_t{slot})));
    if (taken.text(0, 0) != "t") continue;
    FFWATT_TRY(const auto kept, connection.ask("taking a slot in",
                                               "INSERT INTO job_count_folds (slot) VALUES ($1::integer) "
                                               "ON CONFLICT DO NOTHING",
                                               Parameters().add(std::int64_t{slot})));
    break;
  }
  // The first master that meets a server of another start, of many that do.
  FFWATT_TRY(
      const auto renewed,
      connection.ask("looking at",
                     "WITH another AS (UPDATE server SET started = pg_postmaster_start_time() "
                     "WHERE started <> pg_postmaster_start_time() RETURNING 1) "
                     "UPDATE leases SET until = farm_clock() + lifetime FROM another WHERE lifetime IS NOT NULL"));
  return {};
}

}  // namespace store::postgres
