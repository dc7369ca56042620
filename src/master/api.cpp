#include "master/api.h"

#include <algorithm>
#include <atomic>

#include "base/format.h"
#include "base/text.h"
#include "master/answers.h"

namespace master {
namespace {

// An answer that is noted on its way.
class Noted final : public net::Responder::Channel {
 public:
  Noted(net::Responder to, Audit& audit, std::string who, std::string action, std::string request)
      : to_(std::move(to)),
        audit_(audit),
        who_(std::move(who)),
        action_(std::move(action)),
        request_(std::move(request)) {}
  void send(net::Response response) override {
    if (!sent_.exchange(true)) audit_.note(who_, action_, response.status, request_);
    to_.send(std::move(response));
  }
  bool peer_gone() const override { return to_.peer_gone(); }
  void when_gone(std::function<void()> callback) override { to_.when_gone(std::move(callback)); }

 private:
  const net::Responder to_;
  Audit& audit_;
  const std::string who_, action_, request_;
  std::atomic<bool> sent_ = false;
};

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
  const net::Handler checked = [this, scope, method, pattern, handler = std::move(handler)](net::Request request,
                                                                                            net::Responder responder) {
    const auto caller = access.caller(request, host.clock.wall());
    const bool allowed = caller && caller->may(scope);
    metrics.increment(metrics::Name::http_requests, {{"route", pattern}, {"access", allowed ? "granted" : "denied"}});
    if (!caller) return responder.send(problem_for(caller.error()));
    if (!allowed) return responder.send(forbidden(access.refusal(*caller, scope)));
    request.peer = caller->name;
    const bool changes = method != net::Method::get && (scope == jobs::Scope::submit || scope == jobs::Scope::admin);
    if (changes) responder = audited(request, caller->name, std::move(responder));
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

net::Responder Api::audited(const net::Request& request, const std::string& who, net::Responder responder) {
  if (!audit) return responder;
  constexpr std::size_t longest = 500;
  auto action = std::string(net::name(request.method)) + " " + request.path;
  for (std::size_t i = 0; i < request.query.size(); ++i)
    action += base::format("{}{}={}", i == 0 ? "?" : "&", request.query[i].first, request.query[i].second);
  // Whoever wrote a token where its id belongs has shown it to the caller's log, and need not to this one.
  for (auto at = action.find("ffw_"); at != std::string::npos; at = action.find("ffw_", at + 1))
    action.replace(at, std::min(action.find_first_of("/&", at), action.size()) - at, "ffw_…");
  return net::Responder(
      std::make_shared<Noted>(std::move(responder), *audit, who, action.substr(0, longest), request.id));
}

void Api::add_page(const std::string& pattern, std::function<net::Response(const net::Request&)> answer) {
  router.add(net::Method::get, pattern,
             [this, pattern, answer = std::move(answer)](net::Request request, net::Responder responder) {
               metrics.increment(metrics::Name::http_requests, {{"route", pattern}, {"access", "granted"}});
               responder.send(answer(request));
             });
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
