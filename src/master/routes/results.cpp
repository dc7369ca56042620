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
    api.service.run(
        [message = std::move(*message)](Core& core, units::Instant now) {
          return answer(core.result(message, now),
                        [](const wire::ResultAnswer& a) { return answer_json(200, wire::encode(a)); });
        },
        responder);
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
    api.service.run(
        [limit](Core& core, units::Instant) {
          return answer(core.results(limit), [](const std::vector<jobs::Report>& reports) {
            return answer_json(200, wire::encode_results(reports));
          });
        },
        responder);
  });
}

}  // namespace master
