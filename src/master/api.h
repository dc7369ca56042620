// Api: what every route gets. A noun's routes are one file in routes/ and one line in routes.def.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "master/access.h"
#include "master/audit.h"
#include "master/readers.h"
#include "master/results_body.h"
#include "master/service.h"
#include "media/scenario.h"
#include "metrics/registry.h"
#include "net/router.h"
#include "os/host.h"

namespace master {

struct Api {
  Service& service;
  const media::Scenarios& scenarios;
  metrics::Registry& metrics;
  Access& access;
  std::string version;
  os::Host& host;
  os::Path backup_folder;
  Readers* readers = nullptr;  // absent: the service's thread reads as well
  net::Router router;
  int keep_backups = 10;    // copies in backup_folder; the oldest go
  Audit* audit = nullptr;   // absent: what people change is written down nowhere
  std::string authority{};  // PEM, of whom this master's certificate is; empty: it has no private one

  // For what only has to be read.
  void read(Readers::Question question, net::Responder responder);

  // A body of which each part is made by a reader, from where the last one ended. An error, or too many who wait, cuts
  // it.
  using Piece = std::function<base::Result<ResultsBody::Part>(store::Reader&)>;
  net::BodyParts parts(Piece piece);

  // Under its bare path and under /api/v1, for callers with this scope; each request is counted. The peer of a request
  // is the caller's name. What submits, changes or administers is noted in the audit log.
  using Handler = std::function<void(net::Request, net::Responder, const Caller&)>;
  void add(jobs::Scope needs, net::Method method, const std::string& pattern, Handler handler);
  void add(jobs::Scope needs, net::Method method, const std::string& pattern, net::Handler handler);
  // The same, noted in the audit log with what it is answered.
  net::Responder audited(const net::Request& request, const std::string& who, net::Responder responder);
  // For everybody: the path is one of Access::is_open, or the handler looks who comes.
  void add_open(net::Method method, const std::string& pattern, net::Handler handler);
  // What people's browsers load, under its bare path alone: it holds nothing of the farm and is for everybody.
  void add_page(const std::string& pattern, std::function<net::Response(const net::Request&)> answer);
  // What each route needs, "get /jobs": nothing where it is open.
  std::map<std::string, std::optional<jobs::Scope>> needs{};
};

// 403 for a node that speaks for another one.
net::Response another_node(const Caller& caller);

// slots and claim_id of a claim, which a result may bring as well.
base::Result<wire::ClaimRequest> claim_terms(const net::Request& request, base::Id node);

// Every route of routes.def.
void add_routes(Api& api);
#define ROUTES(noun, help) void add_##noun##_routes(Api& api);
#include "master/routes/routes.def"
#undef ROUTES

}  // namespace master
