#include "base/format.h"
#include "base/text.h"
#include "master/answers.h"
#include "master/api.h"
#include "units/parse.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace master {
namespace {

base::Result<wire::ClaimRequest> claim_of(const net::Request& request) {
  FFWATT_CHECK(check_query(request, {"node_id", "slots", "wait", "claim_id"}));
  const auto* node = request.query_value("node_id");
  if (!node) return base::Error::invalid("node_id is missing; register first and send the id that was answered");
  FFWATT_TRY(const auto id, base::Id::parse(*node));
  FFWATT_TRY(auto claim, claim_terms(request, id));
  if (const auto* wait = request.query_value("wait")) {
    FFWATT_TRY(claim.wait, units::parse_duration(*wait));
    if (claim.wait > units::Seconds(60)) claim.wait = units::Seconds(60);
  }
  return claim;
}

}  // namespace

base::Result<wire::ClaimRequest> claim_terms(const net::Request& request, base::Id node) {
  wire::ClaimRequest claim;
  claim.node_id = node;
  if (const auto* slots = request.query_value("slots")) {
    const auto value = base::to_int(*slots);
    if (!value || *value < 0 || *value > 64) return base::Error::invalid("slots must be a number from 0 to 64");
    claim.slots = static_cast<int>(*value);
  }
  if (const auto* id = request.query_value("claim_id")) claim.claim_id = *id;
  if (claim.claim_id.size() > 64) return base::Error::invalid("claim_id is longer than 64 characters");
  return claim;
}

void add_queue_routes(Api& api) {
  api.add(jobs::Scope::worker, net::Method::get, "/jobs/next",
          [&api](net::Request request, net::Responder responder, const Caller& caller) {
            auto claim = claim_of(request);
            if (!claim) return responder.send(problem_for(claim.error()));
            if (!caller.speaks_for(claim->node_id)) return responder.send(another_node(caller));
            api.service.claim(std::move(*claim), responder);
          });

  api.add(jobs::Scope::worker, net::Method::post, "/jobs/{id}/start",
          [&api](net::Request request, net::Responder responder, const Caller& caller) {
            const auto body = body_of(request);
            if (!body) return responder.send(problem_for(body.error()));
            const auto id = base::Id::parse(request.parameter("id"));
            if (!id) return responder.send(problem_for(id.error()));
            auto start = wire::decode_start_request(*body);
            if (!start) return responder.send(problem_for(start.error()));
            if (!caller.speaks_for(start->node_id)) return responder.send(another_node(caller));
            api.service.run(
                [id = *id, start = *start](Core& core, units::Instant now) {
                  return answer(core.start(id, start, now), [](const wire::StartAnswer& started) {
                    return answer_json(200, wire::encode(started));
                  });
                },
                responder, *id);
          });
}

}  // namespace master
