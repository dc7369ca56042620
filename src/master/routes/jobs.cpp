#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "master/answers.h"
#include "master/api.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace master {
namespace {

base::Result<wire::JobQuery> query_of(const net::Request& request) {
  wire::JobQuery query;
  FFWATT_CHECK(check_query(request, {"state", "scenario", "limit", "cursor"}));
  for (const auto& [key, value] : request.query) {
    if (key == "state") {
      FFWATT_TRY(query.state, jobs::parse_job_state(value));
    } else if (key == "scenario") {
      query.scenario = value;
    } else if (key == "limit") {
      const auto limit = base::to_int(value);
      if (!limit || *limit < 1 || *limit > 500)
        return base::Error::invalid(base::format("limit is '{}'; write a number from 1 to 500", value));
      query.limit = static_cast<int>(*limit);
    } else if (key == "cursor") {
      query.cursor = value;
    }
  }
  return query;
}

void submit(Api& api, const net::Request& request, const net::Responder& responder) {
  const auto body = body_of(request);
  if (!body) return responder.send(problem_for(body.error()));
  json::Faults faults;
  auto submissions = wire::decode_submissions(*body, api.scenarios, faults);
  if (!faults.empty()) return responder.send(problem_for(faults));
  if (!submissions) return responder.send(problem_for(submissions.error()));

  std::optional<store::IdempotencyKey> key;
  if (const auto* given = net::find(request.headers, "Idempotency-Key")) {
    if (given->empty() || given->size() > 255)
      return responder.send(problem_for(base::Error::invalid("Idempotency-Key must have 1 to 255 characters")));
    key = {*given, json::write(*body)};
  }
  const bool many = body->find("jobs") != nullptr;
  api.service.run(
      [submissions = std::move(*submissions), key, many](Core& core, units::Instant now) {
        const auto inserted = core.submit(submissions, key, now);
        if (!inserted && inserted.error().kind() == base::ErrorKind::invalid && key)
          return net::problem(
              {422, "key_reused", "This Idempotency-Key came with another body", inserted.error().text(), {}});
        return answer(inserted, [&](const store::Store::Inserted& made) {
          std::vector<wire::Accepted> accepted;
          for (const auto& job : made.jobs) accepted.push_back({job, core.warning(job.submission)});
          net::Response response = answer_json(201, many ? wire::encode(accepted) : wire::encode(accepted.front()));
          if (!many) response.headers.emplace_back("Location", "/jobs/" + made.jobs.front().id.text());
          return response;
        });
      },
      responder);
}

}  // namespace

void add_jobs_routes(Api& api) {
  api.add(net::Method::post, "/jobs",
          [&api](net::Request request, net::Responder responder) { submit(api, request, responder); });

  api.add(net::Method::get, "/jobs", [&api](net::Request request, net::Responder responder) {
    auto query = query_of(request);
    if (!query) return responder.send(problem_for(query.error()));
    api.service.run(
        [query = *query](Core& core, units::Instant) {
          return answer(core.list(query),
                        [](const wire::JobPage& page) { return answer_json(200, wire::encode(page)); });
        },
        responder);
  });

  api.add(net::Method::get, "/jobs/{id}", [&api](net::Request request, net::Responder responder) {
    api.service.run(
        [id = request.parameter("id")](Core& core, units::Instant) {
          return answer(core.job(id), [](const jobs::Job& job) { return answer_json(200, wire::encode(job)); });
        },
        responder);
  });

  api.add(net::Method::post, "/jobs/{id}/cancel", [&api](net::Request request, net::Responder responder) {
    api.service.run(
        [id = request.parameter("id"), peer = request.peer](Core& core, units::Instant now) {
          return answer(core.cancel(id, peer, now),
                        [](const jobs::Job& job) { return answer_json(200, wire::encode(job)); });
        },
        responder);
  });

  api.add(net::Method::get, "/jobs/{id}/logs", [&api](net::Request request, net::Responder responder) {
    api.service.run(
        [id = request.parameter("id")](Core& core, units::Instant) {
          return answer(core.job(id), [&](const jobs::Job& job) {
            if (!job.report)
              return problem_for(base::Error::absent(
                  base::format("job #{} has no log yet: it is {}", job.number, jobs::name(job.state))));
            return net::Response::text(200, job.report->log_tail + "\n");
          });
        },
        responder);
  });
}

}  // namespace master
