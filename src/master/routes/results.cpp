#include <limits>

#include "base/format.h"
#include "base/text.h"
#include "master/answers.h"
#include "master/api.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/result_query.h"

namespace master {
namespace {

constexpr int most_listed = 500;  // as one JSON document that a client holds in memory
constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();

using Format = ResultsBody::Format;

const char* type_of(Format format) { return format == Format::csv ? "text/csv; charset=utf-8" : "application/json"; }

// Accept without its weights: the first type of ours that it names.
Format accepted(const net::Request& request) {
  const auto* accept = net::find(request.headers, "Accept");
  const std::string_view types = accept ? std::string_view(*accept) : std::string_view();
  for (const auto part : base::split(types, ',')) {
    const auto type = base::lower(base::trim(part.substr(0, part.find(';'))));
    if (type == "text/csv") return Format::csv;
    if (type == "application/json" || type == "*/*") break;
  }
  return Format::json;
}

struct Asked {
  wire::ResultQuery query;
  Format format = Format::json;
  std::int64_t most = 0;  // rows
};

base::Result<Asked> asked_for(const net::Request& request) {
  Asked asked;
  asked.format = accepted(request);
  std::vector<std::pair<std::string, std::string>> words;
  for (const auto& [name, text] : request.query) {
    if (name == "format") {
      if (text != "json" && text != "csv")
        return base::Error::invalid(base::format("format is '{}'; write json or csv", text.substr(0, 64)));
      asked.format = text == "csv" ? Format::csv : Format::json;
    } else if (name == "limit" && text == "all") {
      asked.most = all;
    } else {
      words.emplace_back(name, text);
    }
  }
  const int most = asked.format == Format::csv ? std::numeric_limits<int>::max() : most_listed;
  FFWATT_TRY(asked.query, wire::read_result_query(words, most));
  const bool limited = request.query_value("limit") != nullptr;
  if (asked.most == 0) asked.most = limited || asked.format == Format::json ? asked.query.limit : all;
  return asked;
}

}  // namespace

void add_results_routes(Api& api) {
  api.add(jobs::Scope::worker, net::Method::post, "/results",
          [&api](net::Request request, net::Responder responder, const Caller& caller) {
            const auto body = body_of(request);
            if (!body) return responder.send(problem_for(body.error()));
            auto message = wire::decode_result_request(*body);
            if (!message) return responder.send(problem_for(message.error()));
            if (!caller.speaks_for(message->node_id)) return responder.send(another_node(caller));
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
                  return offers ? answer_text(200, wire::write(*taken, *offers))
                                : answer_json(200, wire::encode(*taken));
                },
                responder, job);
          });

  api.add(jobs::Scope::read, net::Method::get, "/results", [&api](net::Request request, net::Responder responder) {
    const auto asked = asked_for(request);
    if (!asked) return responder.send(problem_for(asked.error()));
    const auto body = std::make_shared<ResultsBody>(asked->query, asked->format, asked->most);
    // The first part before the header: what is wrong with a cursor is still an answer of its own.
    api.read(
        [&api, body, format = asked->format](store::Reader& first) {
          return answer(body->next(first), [&](const ResultsBody::Part& part) {
            net::Response response{200, {{"Content-Type", type_of(format)}, {"Cache-Control", "no-store"}}, part.bytes};
            if (part.place == ResultsBody::Part::Place::middle)
              response.more = api.parts([body](store::Reader& reader) { return body->next(reader); });
            return response;
          });
        },
        std::move(responder));
  });
}

}  // namespace master
