#include "store/postgres/errors.h"

#include "base/format.h"
#include "base/text.h"

namespace store::postgres {
namespace {

using base::Error;

// Several lines, each with a prefix, of several hosts perhaps.
std::string one_line(std::string_view message) {
  std::string line;
  for (const auto word : base::words(message)) {
    if (!line.empty()) line += ' ';
    line += word;
  }
  return line;
}

}  // namespace

Error error_of(std::string_view state, std::string_view message, std::string_view doing, std::string_view where) {
  const auto text = [&](std::string_view what_next) {
    return base::format("{} {}: {}{}; {}", doing, where, one_line(message),
                        state.empty() ? "" : base::format(" (SQLSTATE {})", state), what_next);
  };
  const auto in = [&](std::string_view start) { return state.starts_with(start); };
  if (state.empty() || in("08") || in("57P"))
    return Error::retry(text("the connection is gone; it is made anew with the next attempt"));
  if (state == "25006")
    return Error::retry(text("this server only reads, as a standby does; waiting for one that writes"));
  if (state == "25P03") return Error::retry(text("the transaction stood still for too long; try again"));
  if (in("40") || state == "55P03") return Error::retry(text("another master was at the same rows; try again"));
  if (state == "57014") return Error::retry(text("it took longer than a statement may; look at pg_stat_activity"));
  if (is_full(state)) return Error::failed(text("free space on the server's disk; nothing that was accepted is lost"));
  if (in("53")) return Error::retry(text("the server has run out of connections or memory; look at max_connections"));
  if (state == "XX001" || state == "XX002" || in("58"))
    return Error::failed(text(
        "the server's data or disk is damaged; stop, look at its log, restore a backup: nothing is retried there"));
  if (state == "42501")
    return Error::denied(
        text("its owner has to grant this user CREATE on the database, or all rights in schema ffwatt"));
  if (state.starts_with("28")) return Error::denied(text("check user and password"));
  if (in("22") || in("54")) return Error::invalid(text("a value is not what a row can hold"));
  return Error::failed(text("this should not happen; please report it"));
}

Error connect_error(std::string_view message, std::string_view where) {
  const auto says = [&](std::string_view part) { return message.find(part) != std::string_view::npos; };
  const auto text = [&](std::string_view what_next) {
    return base::format("connecting to {}: {}; {}", where, one_line(message), what_next);
  };
  if (says("password authentication failed") || says("no password supplied"))
    return Error::denied(
        text("put the right password into a file that only this user can read and name it as passfile= or PGPASSFILE, "
             "or into the address"));
  if (says("authentication failed") || says("no pg_hba.conf entry"))
    return Error::denied(text("the server lets this user in from elsewhere or otherwise only; see its pg_hba.conf"));
  if (says("database") && says("does not exist"))
    return Error::invalid(text("make it (`createdb NAME`), or name another one"));
  if (says("role") && says("does not exist"))
    return Error::invalid(text("make the user (`createuser NAME`), or name another one"));
  if (says("invalid") && says("option"))
    return Error::invalid(text("see PostgreSQL's list of parameters of connections"));
  return Error::retry(text("check that the server runs and that its host and port are right"));
}

}  // namespace store::postgres
