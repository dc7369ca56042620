#include "base/format.h"
#include "base/text.h"
#include "master/answers.h"
#include "master/api.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace master {

void add_results_routes(Api& api) {
  api.add(net::Method::post, "/results", [&api](net::Request request, net::Responder responder) {
    const auto body = body_of(request);
    if (!body) return responder.send(problem_for(body.error()));
    auto message = wire::decode_result_request(*body);
    if (!message) return responder.send(problem_for(message.error()));
    if (const auto known = check_query(request, {"next", "slots", "claim_id"}); !known)
      return responder.send(problem_for(known.error()));
    // Asked with ?next=1, the answer brings the next offer along: half the requests of a busy node.
    std::optional<wire::ClaimRequest> next;
    if (const auto* wanted = request.query_value("next"); wanted && *wanted == "1") {
      const auto claim = claim_terms(request, message->node_id);
      if (!claim) return responder.send(problem_for(claim.error()));
      next = *claim;
    }
    const auto job = message->lease.job;
    api.service.run(
        [message = std::move(*message), next](Core& core, units::Instant now) {
          const auto taken = core.result(message, now);
          if (!taken) return problem_for(taken.error());
          if (!next) return answer_json(200, wire::encode(*taken));
          // Whatever becomes of the claim, the result was accepted and its holder must hear of that.
          const auto offers = core.claim_now(*next, now);
          return offers ? answer_text(200, wire::write(*taken, *offers)) : answer_json(200, wire::encode(*taken));
        },
        responder, job);
  });

  api.add(net::Method::get, "/results", [&api](net::Request request, net::Responder responder) {
    if (const auto known = check_query(request, {"limit"}); !known) return responder.send(problem_for(known.error()));
    int limit = 50;
    if (const auto* text = request.query_value("limit")) {
      const auto value = base::to_int(*text);
      if (!value || *value < 1 || *value > 500)
        return responder.send(problem_for(base::Error::invalid(base::format("limit is '{}'; write 1 to 500", *text))));
      limit = static_cast<int>(*value);
    }
    api.read(
        [limit](store::Reader& reader) {
          return answer(reader.reports(limit), [](const std::vector<jobs::Report>& reports) {
            return answer_json(200, wire::encode_results(reports));
          });
        },
        std::move(responder));
  });
}

}  // namespace master
