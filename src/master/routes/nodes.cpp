#include "base/format.h"
#include "base/text.h"
#include "master/answers.h"
#include "master/api.h"
#include "master/pending_nodes.h"
#include "units/parse.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/tokens.h"

namespace master {
namespace {

using Pending = std::shared_ptr<PendingNodes>;

// A job of a week is no longer than that either.
constexpr units::Seconds longest_drain{7 * 86400.0};

base::Result<std::optional<units::Seconds>> deadline_of(const net::Request& request, jobs::Intent intent) {
  if (intent == jobs::Intent::active) FFWATT_CHECK(check_query(request, {}));
  FFWATT_CHECK(check_query(request, {"deadline"}));
  const auto* text = request.query_value("deadline");
  if (!text) return std::optional<units::Seconds>();
  const auto parsed = units::parse_duration(*text);
  if (!parsed || *parsed > longest_drain)
    return base::Error::invalid(
        base::format("deadline is '{}'; write a time of at most 7 days, such as 10m", text->substr(0, 64)));
  return std::optional(*parsed);
}

void add_intent(Api& api, const std::string& verb, jobs::Intent intent) {
  api.add(jobs::Scope::admin, net::Method::post, "/nodes/{id}/" + verb,
          [&api, intent](net::Request request, net::Responder responder) {
            const auto within = deadline_of(request, intent);
            if (!within) return responder.send(problem_for(within.error()));
            api.service.run(
                [node = request.parameter("id"), intent, peer = request.peer, within = *within](Core& core,
                                                                                                units::Instant now) {
                  return answer(core.set_intent(node, intent, "asked for by " + peer, now, within),
                                [](const wire::NodeView& view) { return answer_json(200, wire::encode(view)); });
                },
                responder);
          });
}

// What a node that may come in is answered. With a token of its own, which is known here from now on; `used` is the
// enrol token that let it in.
void let_in(Api& api, wire::RegisterRequest message, std::optional<jobs::TokenText> own, std::string used,
            const net::Responder& responder) {
  api.service.run(
      [message = std::move(message), own = std::move(own), used = std::move(used)](Core& core, units::Instant now) {
        const auto in = own ? core.admit(message, *own, used, now) : core.enrol(message, now);
        return answer(in, [](const wire::RegisterAnswer& a) { return answer_json(200, wire::encode(a)); });
      },
      responder);
}

// The id of an enrol token, which lets in one node; nothing of the key, which lets in any number.
std::string single_use(std::string_view credential) {
  const auto token = jobs::parse_token(credential);
  return token && token->scope == jobs::Scope::enrol ? token->id : std::string();
}

net::Response waits(const jobs::TokenText& own, PendingNodes::Answer answered) {
  if (answered == PendingNodes::Answer::full)
    return problem_for(base::Error::retry(
        base::format("{} nodes wait to be let in already; `ffwatt nodes approve` shows them", PendingNodes::most)));
  const auto code = PendingNodes::code_of(own);
  return net::problem(
      {403,
       "pending",
       "This node waits to be let in",
       base::format("nobody has let this node in yet. On the master's machine: ffwatt nodes approve {}. "
                    "Or start it with --key-file and an enrol token (`ffwatt token create --scope enrol`)",
                    code),
       {}});
}

// Who comes is looked at here: a node whose token is not known yet may have been approved, may bring what lets it in,
// or is this machine's own.
void registers(Api& api, const Pending& pending, net::Request request, const net::Responder& responder) {
  const auto body = body_of(request);
  if (!body) return responder.send(problem_for(body.error()));
  auto message = wire::decode_register_request(*body);
  if (!message) return responder.send(problem_for(message.error()));

  const auto now = api.host.clock.now();
  const auto noted = [&](const std::string& by) {
    return api.audited(request, base::format("node {} {}", message->facts.name, by), responder);
  };
  const auto caller = api.access.caller(request, now.wall);
  const auto own = Access::own_token(request);
  if (caller && caller->node) {
    // It comes again. The id that it was given is the one that it speaks for, whatever it remembers.
    message->node_id = caller->node;
    return let_in(api, std::move(*message), std::nullopt, {}, responder);
  }
  if (caller && (caller->may(jobs::Scope::enrol) || caller->may(jobs::Scope::worker))) {
    const auto* text = net::find(request.headers, "Authorization");
    if (text && !own && !caller->may(jobs::Scope::worker))
      return responder.send(problem_for(base::Error::invalid(
          "an enrol token lets in a node that has a token of its own: send that as Authorization, and this one as "
          "X-Enrolment, as the agent does")));
    const auto answers = noted("registered by " + caller->name);
    return let_in(api, std::move(*message), std::nullopt, {}, answers);
  }
  if (!own)
    return responder.send(caller ? forbidden(api.access.refusal(*caller, jobs::Scope::enrol))
                                 : problem_for(caller.error()));

  if (const auto* credential = net::find(request.headers, "X-Enrolment")) {
    const auto by = api.access.bearer(base::trim(*credential), request.peer, now.wall);
    if (!by) return responder.send(problem_for(by.error()));
    if (!by->may(jobs::Scope::enrol)) return responder.send(forbidden(api.access.refusal(*by, jobs::Scope::enrol)));
    const auto answers = noted("let in by " + by->name);
    return let_in(api, std::move(*message), own, single_use(base::trim(*credential)), answers);
  }
  auto without_token = request;
  std::erase_if(without_token.headers, [](const auto& header) { return base::lower(header.first) == "authorization"; });
  if (api.access.caller(without_token, now.wall)) {
    const auto answers = noted("of this machine, " + request.peer);
    return let_in(api, std::move(*message), own, {}, answers);
  }
  const auto answered = pending->knock(*own, message->facts.name, request.peer, now.boot);
  if (answered == PendingNodes::Answer::approved) {
    const auto answers = noted("approved, at " + request.peer);
    return let_in(api, std::move(*message), own, {}, answers);
  }
  responder.send(waits(*own, answered));
}

void add_approval(Api& api, const Pending& pending) {
  const auto view = [](const PendingNodes::Node& node) {
    return wire::WaitingNode{node.code, node.name, node.peer, node.age};
  };
  api.add(jobs::Scope::admin, net::Method::get, "/nodes/pending",
          [&api, pending, view](net::Request request, net::Responder responder) {
            if (const auto known = check_query(request, {}); !known) return responder.send(problem_for(known.error()));
            std::vector<wire::WaitingNode> views;
            for (const auto& node : pending->waiting(api.host.clock.boot())) views.push_back(view(node));
            responder.send(answer_json(200, wire::encode_waiting(views)));
          });
  api.add(jobs::Scope::admin, net::Method::post, "/nodes/approve",
          [&api, pending, view](net::Request request, net::Responder responder) {
            const auto body = body_of(request);
            if (!body) return responder.send(problem_for(body.error()));
            const auto code = wire::decode_approval(*body);
            if (!code) return responder.send(problem_for(code.error()));
            responder.send(answer(pending->approve(*code, api.host.clock.boot()), [&](const PendingNodes::Node& node) {
              return answer_json(200, wire::encode(view(node)));
            }));
          });
}

}  // namespace

void add_nodes_routes(Api& api) {
  add_intent(api, "activate", jobs::Intent::active);
  add_intent(api, "drain", jobs::Intent::draining);
  const auto pending = std::make_shared<PendingNodes>();
  add_approval(api, pending);

  api.add(jobs::Scope::read, net::Method::get, "/nodes", [&api](net::Request request, net::Responder responder) {
    if (const auto known = check_query(request, {}); !known) return responder.send(problem_for(known.error()));
    api.service.run(
        [](Core& core, units::Instant now) {
          return answer(core.nodes(now), [](const auto& nodes) { return answer_json(200, wire::encode_nodes(nodes)); });
        },
        responder);
  });

  api.add_open(net::Method::post, "/nodes/register", [&api, pending](net::Request request, net::Responder responder) {
    registers(api, pending, std::move(request), responder);
  });

  // What a node tells of its runs: the route, the core's part in it.
  const auto tells = [&api](const char* path, auto ask) {
    api.add(jobs::Scope::worker, net::Method::post, path,
            [&api, ask](net::Request request, net::Responder responder, const Caller& caller) {
              const auto body = body_of(request);
              if (!body) return responder.send(problem_for(body.error()));
              const auto id = base::Id::parse(request.parameter("id"));
              if (!id) return responder.send(problem_for(id.error()));
              if (!caller.speaks_for(*id)) return responder.send(another_node(caller));
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
