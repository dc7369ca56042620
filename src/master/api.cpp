#include "master/api.h"

#include "base/format.h"
#include "master/answers.h"

namespace master {

void Api::add(net::Method method, const std::string& pattern, net::Handler handler) {
  const net::Handler checked = [this, pattern, handler = std::move(handler)](net::Request request,
                                                                             net::Responder responder) {
    const auto allowed = access.check(request);
    metrics.increment(metrics::Name::http_requests, {{"route", pattern}, {"access", allowed ? "granted" : "denied"}});
    if (!allowed) {
      net::Response response = problem_for(allowed.error());
      response.headers.emplace_back("WWW-Authenticate", "Bearer");
      return responder.send(std::move(response));
    }
    handler(std::move(request), std::move(responder));
  };
  router.add(method, pattern, checked);
  router.add(method, pattern == "/" ? "/api/v1" : "/api/v1" + pattern, checked);
}

void Api::read(Readers::Question question, net::Responder responder) {
  if (readers) return readers->ask(std::move(question), std::move(responder));
  service.run([question = std::move(question)](Core& core, units::Instant) { return question(core.reader()); },
              std::move(responder));
}

void add_routes(Api& api) {
#define ROUTES(noun, help) add_##noun##_routes(api);
#include "master/routes/routes.def"
#undef ROUTES
}

}  // namespace master
