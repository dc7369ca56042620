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
  api.add(jobs::Scope::read, net::Method::get, "/metrics", [&api](net::Request, net::Responder responder) {
    net::Response response = net::Response::text(200, api.metrics.text());
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    responder.send(std::move(response));
  });
}

}  // namespace master
