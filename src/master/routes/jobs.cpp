#include "base/format.h"
#include "base/text.h"
#include "json/json.h"
#include "master/answers.h"
#include "master/api.h"
#include "master/job_facts.h"
#include "wire/decode.h"
#include "wire/encode.h"
#include "wire/listings.h"

namespace master {
namespace {

enum class Paged { no, yes };

base::Result<wire::JobQuery> query_of(const net::Request& request, Paged paged) {
  wire::JobQuery query;
  FFWATT_CHECK(check_query(request, paged == Paged::yes
                                        ? std::vector<std::string>{"state", "scenario", "limit", "cursor", "facts"}
                                        : std::vector<std::string>{"state", "scenario"}));
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

enum class Flag { no, yes };
base::Result<Flag> flag_of(const net::Request& request, std::string_view name) {
  const auto* text = request.query_value(name);
  if (!text || *text == "0") return Flag::no;
  if (*text == "1") return Flag::yes;
  return base::Error::invalid(base::format("{} is '{}'; write 0 or 1", name, text->substr(0, 64)));
}

// Of a change of many jobs: a filter is required, so that nobody cancels everything by a line that was cut short.
base::Result<wire::JobQuery> filter_of(const net::Request& request) {
  FFWATT_TRY(auto query, query_of(request, Paged::no));
  if (!query.state && query.scenario.empty())
    return base::Error::invalid("say which jobs: ?state=failed, ?scenario=720p30-h264, or both");
  return query;
}

net::Response answer_many(const Core::Many& many) {
  return answer_json(200, wire::encode_many(many.changed, many.more == Core::Many::More::yes));
}

// The texts that were stored, with a warning where a job may wait long.
net::Response accepted(const Core& core, const store::Store::Inserted& made, bool many) {
  std::vector<std::string> texts;
  texts.reserve(made.jobs.size());
  for (std::size_t i = 0; i < made.jobs.size(); ++i) {
    const auto why = core.waits_for(made.jobs[i]);
    texts.push_back(why.empty() ? made.texts[i].text() : made.texts[i].with("warnings", json::Value::array({why})));
  }
  if (many)
    return answer_text(201, base::format(R"({{"jobs":[{}],"count":{}}})", base::join(texts, ","), texts.size()));
  auto response = answer_text(201, std::move(texts.front()));
  response.headers.emplace_back("Location", "/jobs/" + made.jobs.front().id.text());
  return response;
}

// What POST /jobs?dry_run=1 says of a body that would be taken: what it would become, and whether it might wait long.
net::Response would_accept(const Core& core, const std::vector<store::JobRecord>& records, bool many) {
  std::vector<wire::Accepted> all;
  for (const auto& record : records) all.push_back({record.job, core.waits_for(record.job)});
  return many ? answer_json(200, wire::encode(all)) : answer_json(200, wire::encode(all.front()));
}

void submit(Api& api, const net::Request& request, const net::Responder& responder) {
  const auto known = check_query(request, {"dry_run"});
  if (!known) return responder.send(problem_for(known.error()));
  const auto dry_run = flag_of(request, "dry_run");
  if (!dry_run) return responder.send(problem_for(dry_run.error()));
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
  auto records = Core::prepare(std::move(*submissions), api.host.random, api.host.clock.wall());
  if (*dry_run == Flag::yes)
    return api.service.run(
        [records = std::move(records), many](Core& core, units::Instant) { return would_accept(core, records, many); },
        responder);
  api.service.run(
      // A copy: where the disk was full the same work is done once more.
      [records = std::move(records), key, many](Core& core, units::Instant now) {
        const auto inserted = core.submit(records, key, now);
        if (!inserted && inserted.error().kind() == base::ErrorKind::invalid && key)
          return net::problem(
              {422, "key_reused", "This Idempotency-Key came with another body", inserted.error().text(), {}});
        return answer(inserted, [&](const store::Store::Inserted& made) { return accepted(core, made, many); });
      },
      responder);
}

// What people do to a job: one of them by name, or all that match a filter.
void add_change(Api& api, const std::string& verb, jobs::Event event) {
  api.add(jobs::Scope::submit, net::Method::post, "/jobs/{id}/" + verb,
          [&api, event](net::Request request, net::Responder responder) {
            api.service.run(
                [id = request.parameter("id"), event, peer = request.peer](Core& core, units::Instant now) {
                  return answer(core.change(id, event, peer, now),
                                [](const jobs::Job& job) { return answer_json(200, wire::encode(job)); });
                },
                responder);
          });
  api.add(jobs::Scope::submit, net::Method::post, "/jobs/" + verb,
          [&api, event](net::Request request, net::Responder responder) {
            const auto query = filter_of(request);
            if (!query) return responder.send(problem_for(query.error()));
            api.service.run(
                [query = *query, event, peer = request.peer](Core& core, units::Instant now) {
                  return answer(core.change_many(query, event, peer, now), answer_many);
                },
                responder);
          });
}

void add_removal(Api& api) {
  api.add(jobs::Scope::submit, net::Method::del, "/jobs/{id}", [&api](net::Request request, net::Responder responder) {
    api.service.run(
        [id = request.parameter("id")](Core& core, units::Instant) {
          const auto gone = core.forget(id);
          return gone ? net::Response{204, {}, {}} : problem_for(gone.error());
        },
        responder);
  });
  api.add(jobs::Scope::submit, net::Method::del, "/jobs", [&api](net::Request request, net::Responder responder) {
    const auto query = filter_of(request);
    if (!query) return responder.send(problem_for(query.error()));
    api.service.run(
        [query = *query](Core& core, units::Instant) { return answer(core.forget_many(query), answer_many); },
        responder);
  });
}

}  // namespace

void add_jobs_routes(Api& api) {
  add_change(api, "cancel", jobs::Event::cancel);
  add_change(api, "pause", jobs::Event::pause);
  add_change(api, "resume", jobs::Event::resume);
  add_change(api, "retry", jobs::Event::retry);
  add_removal(api);

  api.add(jobs::Scope::read, net::Method::get, "/jobs/{id}/live",
          [&api](net::Request request, net::Responder responder) {
            api.service.run(
                [id = request.parameter("id")](Core& core, units::Instant now) {
                  return answer(core.watch(id, now),
                                [](const wire::LiveView& view) { return answer_json(200, wire::encode(view)); });
                },
                responder);
          });

  api.add(jobs::Scope::submit, net::Method::post, "/jobs",
          [&api](net::Request request, net::Responder responder) { submit(api, request, responder); });

  api.add(jobs::Scope::read, net::Method::get, "/jobs", [&api](net::Request request, net::Responder responder) {
    auto query = query_of(request, Paged::yes);
    if (!query) return responder.send(problem_for(query.error()));
    const auto with_facts = flag_of(request, "facts");
    if (!with_facts) return responder.send(problem_for(with_facts.error()));
    api.read(
        [query = *query, with_facts = *with_facts](store::Reader& reader) {
          return answer(reader.list(query), [&](const wire::JobPage& page) {
            if (with_facts == Flag::no) return answer_json(200, wire::encode(page));
            return answer(job_facts(reader, page.jobs),
                          [&](const auto& facts) { return answer_json(200, wire::encode(page, facts)); });
          });
        },
        std::move(responder));
  });

  api.add(jobs::Scope::read, net::Method::get, "/jobs/{id}", [&api](net::Request request, net::Responder responder) {
    api.service.run(
        [id = request.parameter("id")](Core& core, units::Instant) {
          return answer(core.job(id), [&](const jobs::Job& job) {
            return answer_json(200, wire::encode(wire::Accepted{job, core.waits_for(job)}));
          });
        },
        responder);
  });

  api.add(jobs::Scope::read, net::Method::get, "/jobs/{id}/history",
          [&api](net::Request request, net::Responder responder) {
            api.read(
                [id = request.parameter("id")](store::Reader& reader) {
                  const auto record = find_record(reader, id);
                  if (!record) return problem_for(record.error());
                  return answer(reader.history(record->job.id), [&](const std::vector<store::Change>& changes) {
                    std::vector<wire::HistoryLine> lines{{record->job.created, "queued", "", "submitted"}};
                    for (const auto& change : changes)
                      lines.push_back({change.at, change.event, change.actor, change.reason});
                    return answer_json(200, wire::encode_history(lines));
                  });
                },
                std::move(responder));
          });

  api.add(jobs::Scope::read, net::Method::get, "/jobs/{id}/logs",
          [&api](net::Request request, net::Responder responder) {
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
