// Api: what every route gets. A noun's routes are one file in routes/ and one line in routes.def.
#pragma once

#include <memory>
#include <string>

#include "master/access.h"
#include "master/service.h"
#include "media/scenario.h"
#include "metrics/registry.h"
#include "net/router.h"

namespace master {

struct Api {
  Service& service;
  const media::Scenarios& scenarios;
  metrics::Registry& metrics;
  const Access& access;
  std::string version;
  net::Router router;

  // Under its bare path and under /api/v1; each request is checked for access and counted.
  void add(net::Method method, const std::string& pattern, net::Handler handler);
};

// Every route of routes.def.
void add_routes(Api& api);
#define ROUTES(noun, help) void add_##noun##_routes(Api& api);
#include "master/routes/routes.def"
#undef ROUTES

}  // namespace master
