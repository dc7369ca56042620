#include "master/api.h"

#include "base/format.h"
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

}  // namespace

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
