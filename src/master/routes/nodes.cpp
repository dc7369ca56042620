#include "master/answers.h"
#include "master/api.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace master {

namespace {

void add_intent(Api& api, const std::string& verb, jobs::Intent intent) {
  api.add(net::Method::post, "/nodes/{id}/" + verb, [&api, intent](net::Request request, net::Responder responder) {
    api.service.run(
        [node = request.parameter("id"), intent, peer = request.peer](Core& core, units::Instant now) {
          return answer(core.set_intent(node, intent, "asked for by " + peer, now),
                        [](const wire::NodeView& view) { return answer_json(200, wire::encode(view)); });
        },
        responder);
  });
}

}  // namespace

void add_nodes_routes(Api& api) {
  add_intent(api, "activate", jobs::Intent::active);
  add_intent(api, "drain", jobs::Intent::draining);

  api.add(net::Method::get, "/nodes", [&api](net::Request request, net::Responder responder) {
    if (const auto known = check_query(request, {}); !known) return responder.send(problem_for(known.error()));
    api.service.run(
        [](Core& core, units::Instant now) {
          return answer(core.nodes(now), [](const auto& nodes) { return answer_json(200, wire::encode_nodes(nodes)); });
        },
        responder);
  });

  api.add(net::Method::post, "/nodes/register", [&api](net::Request request, net::Responder responder) {
    const auto body = body_of(request);
    if (!body) return responder.send(problem_for(body.error()));
    auto message = wire::decode_register_request(*body);
    if (!message) return responder.send(problem_for(message.error()));
    api.service.run(
        [message = std::move(*message)](Core& core, units::Instant now) {
          return answer(core.enrol(message, now),
                        [](const wire::RegisterAnswer& a) { return answer_json(200, wire::encode(a)); });
        },
        responder);
  });

  // What a node tells of its runs: the route, the core's part in it.
  const auto tells = [&api](const char* path, auto ask) {
    api.add(net::Method::post, path, [&api, ask](net::Request request, net::Responder responder) {
      const auto body = body_of(request);
      if (!body) return responder.send(problem_for(body.error()));
      const auto id = base::Id::parse(request.parameter("id"));
      if (!id) return responder.send(problem_for(id.error()));
      auto message = wire::decode_heartbeat_request(*body);
      if (!message) return responder.send(problem_for(message.error()));
      api.service.run(
          [ask, id = *id, message = std::move(*message)](Core& core, units::Instant now) {
            return answer((core.*ask)(id, message, now),
                          [](const auto& a) { return answer_json(200, wire::encode(a)); });
          },
          responder);
    });
  };
  tells("/nodes/{id}/heartbeat", &Core::heartbeat);
  tells("/nodes/{id}/live", &Core::live);
}

}  // namespace master
