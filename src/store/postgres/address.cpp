#include "store/postgres/address.h"

#include <libpq-fe.h>

#include <memory>

#include "base/format.h"

namespace store::postgres {
namespace {

// What an address that says nothing of it gets. A server or network that is away is known after ten seconds, not after
// the quarter of an hour that TCP would take; of several hosts the one that takes writes is meant.
constexpr std::pair<const char*, const char*> usual[] = {{"connect_timeout", "5"},      {"keepalives_idle", "10"},
                                                         {"keepalives_interval", "3"},  {"keepalives_count", "3"},
                                                         {"tcp_user_timeout", "10000"}, {"application_name", "ffwatt"}};

}  // namespace

base::Result<Address> Address::parse(const std::string& url) {
  const auto wrong = [] {
    return base::Error::invalid(
        "the address of the database must be like postgres://USER@HOST:PORT/DATABASE?PARAMETER=VALUE, with '%XX' for "
        "what is special in it, and a USER and DATABASE that exist (the address is not repeated here: it may hold a "
        "password)");
  };
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) return wrong();
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(url.c_str(), &problem),
                                                                             &PQconninfoFree);
  if (problem) PQfreemem(problem);
  if (!options) return wrong();
  Address address;
  std::string host, port, database;
  for (const auto* option = options.get(); option->keyword; ++option) {
    if (!option->val) continue;
    const std::string name = option->keyword, value = option->val;
    address.parameters_.emplace_back(name, value);
    if (name == "host" || (name == "hostaddr" && host.empty())) host = value;
    if (name == "port") port = value;
    if (name == "dbname") database = value;
  }
  for (const auto& [name, value] : usual) {
    bool said = false;
    for (const auto& [known, its] : address.parameters_) said = said || known == name;
    if (!said) address.parameters_.emplace_back(name, value);
  }
  address.text_ = base::format("PostgreSQL database {} at {}{}", database.empty() ? "of its user" : database,
                               host.empty() ? "the local socket" : host, port.empty() ? "" : ":" + port);
  return address;
}

}  // namespace store::postgres
