#include "master/answers.h"
#include "master/api.h"
#include "net/router.h"
#include "wire/listings.h"

namespace master {

void add_health_routes(Api& api) {
  // Asks the store itself; true only when it answers.
  api.add_open(net::Method::get, "/health", [&api](net::Request, net::Responder responder) {
    api.service.run(
        [](Core& core, units::Instant) {
          const auto healthy = core.health();
          if (healthy) return answer_json(200, wire::encode_health());
          // Whatever the kind: a watcher that sees anything but 2xx must read it as "not well", never as its own fault.
          return net::problem({503, "unhealthy", "The master cannot serve", healthy.error().text(), {}});
        },
        responder);
  });
  api.add_open(net::Method::get, "/version", [&api](net::Request, net::Responder responder) {
    responder.send(answer_json(200, wire::encode_version(api.version)));
  });
  // For whoever knows its fingerprint (agent --ca-pin), and has nothing yet by which this master could be trusted.
  api.add_open(net::Method::get, "/ca.pem", [&api](net::Request, net::Responder responder) {
    if (api.authority.empty())
      return responder.send(
          problem_for(base::Error::absent("this master has no authority of its own: it was not started with --tls, or "
                                          "has a certificate of somebody's")));
    net::Response response = net::Response::text(200, api.authority);
    response.headers = {{"Content-Type", "application/x-pem-file"}};
    responder.send(std::move(response));
  });
  api.add(jobs::Scope::read, net::Method::get, "/metrics", [&api](net::Request, net::Responder responder) {
    net::Response response = net::Response::text(200, api.metrics.text());
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    responder.send(std::move(response));
  });
}

}  // namespace master
