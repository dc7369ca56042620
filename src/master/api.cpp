#include "master/api.h"

#include "base/format.h"
#include "base/text.h"
#include "master/answers.h"

namespace master {
namespace {

// Where the answer of a reader goes that has given it elsewhere.
class Nobody final : public net::Responder::Channel {
 public:
  void send(net::Response) override {}
  bool peer_gone() const override { return false; }
  void when_gone(std::function<void()>) override {}
};

std::string route_name(net::Method method, const std::string& pattern) {
  return base::format("{} {}", base::lower(net::name(method)), pattern);
}

std::string versioned(const std::string& pattern) { return pattern == "/" ? "/api/v1" : "/api/v1" + pattern; }

}  // namespace

void Api::add(jobs::Scope scope, net::Method method, const std::string& pattern, Handler handler) {
  const net::Handler checked = [this, scope, pattern, handler = std::move(handler)](net::Request request,
                                                                                    net::Responder responder) {
    const auto caller = access.caller(request, host.clock.wall());
    const bool allowed = caller && caller->may(scope);
    metrics.increment(metrics::Name::http_requests, {{"route", pattern}, {"access", allowed ? "granted" : "denied"}});
    if (!caller) return responder.send(problem_for(caller.error()));
    if (!allowed) return responder.send(forbidden(access.refusal(*caller, scope)));
    request.peer = caller->name;
    handler(std::move(request), std::move(responder), *caller);
  };
  needs.emplace(route_name(method, pattern), scope);
  router.add(method, pattern, checked);
  router.add(method, versioned(pattern), checked);
}

void Api::add(jobs::Scope scope, net::Method method, const std::string& pattern, net::Handler handler) {
  add(scope, method, pattern,
      [handler = std::move(handler)](net::Request request, net::Responder responder, const Caller&) {
        handler(std::move(request), std::move(responder));
      });
}

void Api::add_open(net::Method method, const std::string& pattern, net::Handler handler) {
  const net::Handler counted = [this, pattern, handler = std::move(handler)](net::Request request,
                                                                             net::Responder responder) {
    metrics.increment(metrics::Name::http_requests, {{"route", pattern}, {"access", "granted"}});
    handler(std::move(request), std::move(responder));
  };
  needs.emplace(route_name(method, pattern), std::nullopt);
  router.add(method, pattern, counted);
  router.add(method, versioned(pattern), counted);
}

net::Response another_node(const Caller& caller) {
  return forbidden(base::format("{} is the token of another node; each speaks for its own alone", caller.name));
}

void Api::read(Readers::Question question, net::Responder responder) {
  if (readers) return readers->ask(std::move(question), std::move(responder));
  service.run([question = std::move(question)](Core& core, units::Instant) { return question(core.reader()); },
              std::move(responder));
}

net::BodyParts Api::parts(Piece piece) {
  return [this, piece = std::move(piece)](const net::PartSink& sink) {
    // Dropped unasked, it takes its sink along, and the answer is cut.
    const auto make = [piece, sink](store::Reader& reader) {
      auto part = piece(reader);
      if (!part)
        sink.cut();
      else if (part->place == ResultsBody::Part::Place::last)
        sink.last(std::move(part->bytes));
      else
        sink.part(std::move(part->bytes));
      return net::Response();
    };
    read(make, net::Responder(std::make_shared<Nobody>()));
  };
}

void add_routes(Api& api) {
#define ROUTES(noun, help) add_##noun##_routes(api);
#include "master/routes/routes.def"
#undef ROUTES
}

}  // namespace master
