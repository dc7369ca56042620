#include "simulation/lanes.h"

#include <algorithm>

#include "json/json.h"
#include "wire/decode.h"
#include "wire/encode.h"

namespace simulation {

void Lanes::add(Lane lane, Errand errand) {
  One& one = lanes_[static_cast<std::size_t>(lane)];
  one.waiting.emplace_back(std::move(errand), false);
  // On a thread of its own in the real agent: never at once.
  world_.after(units::Seconds(0), life_.lock(), [this, &one] { next(one); });
}

void Lanes::interrupt(Lane lane) {
  One& one = lanes_[static_cast<std::size_t>(lane)];
  for (auto& [errand, interrupted] : one.waiting) interrupted = true;
  network_.interrupt(one.under_way);
}

void Lanes::next(One& lane) {
  if (lane.busy || lane.waiting.empty()) return;
  if (paused_until_ > world_.now()) return world_.at(paused_until_, life_.lock(), [this, &lane] { next(lane); });
  lane.busy = true;
  auto errand = std::make_shared<Errand>(std::move(lane.waiting.front().first));
  const bool interrupted = lane.waiting.front().second;
  lane.waiting.pop_front();
  const auto guarded = guarded_;
  guarded([&] {
    auto call = errand->make();
    const auto sent = clock_.boot();
    if (!call || interrupted) {
      auto error = call ? base::Error::retry("stopped") : call.error();
      world_.after(units::Seconds(0), life_.lock(),
                   [this, &lane, errand, error, sent] { ended(lane, *errand, error, sent); });
      return;
    }
    const bool beats = call->url.ends_with("/heartbeat");
    const Moment asked = world_.now();
    if (beats) note_beats(*call);
    if (call->url.ends_with("/start")) note_start(*call);
    const auto result = posted(*call);
    if (result) history_.posted.push_back(*result);
    const Machine to = masters_[lane.master % masters_.size()];
    lane.under_way = network_.ask(
        self_, life_.lock(), to, *call,
        [this, &lane, errand, sent, result, beats, asked, call = *call, to](base::Result<net::Response> response) {
          if (beats) note_renewals(asked, response);
          if (result) note_verdict(*result, response);
          if (result && response && response->status < 300) contradict(call, to);
          if (!response && response.error().text() != "stopped") ++lane.master;
          world_.at(std::max(world_.now(), paused_until_), life_.lock(),
                    [this, &lane, errand, response, sent] { ended(lane, *errand, response, sent); });
        });
  });
}

std::optional<Posted> Lanes::posted(const net::Call& call) const {
  if (!call.url.starts_with("/results")) return std::nullopt;
  const auto body = json::parse(call.body);
  const auto request = body ? wire::decode_result_request(*body) : base::Result<wire::ResultRequest>(body.error());
  if (!request) throw std::logic_error("an agent posts what cannot be read: " + request.error().text());
  const auto* line = jobs::headline(request->report.energy);
  const auto& outcome = request->report.outcome;
  return Posted{world_.now(),
                request->lease.job,
                request->lease.attempt,
                outcome.end,
                outcome.failure,
                outcome.error,
                line && line->energy.known() ? line->energy.value().value() : 0};
}

void Lanes::note_verdict(const Posted& posted, const base::Result<net::Response>& response) {
  if (!response || response->status >= 500) return;  // it says nothing of the result
  const auto answer = client::Question<wire::ResultAnswer>::read(response, "");
  history_.verdicts.push_back({posted.when, world_.now(), posted.job, posted.attempt, answer.ok(),
                               answer && answer->output == wire::ResultAnswer::Output::publish});
}

// Somebody who has the token sends another result for the attempt whose result was just taken.
void Lanes::contradict(net::Call call, const Machine& to) {
  if (!world_.chance().happens(contradictions_)) return;
  const auto body = json::parse(call.body);
  auto request = body ? wire::decode_result_request(*body) : base::Result<wire::ResultRequest>(body.error());
  if (!request) return;
  request->report.caveats.push_back("made up");
  call.body = json::write(wire::encode(*request));
  call.url = "/results";
  world_.mark(Mark::result_contradicted);
  network_.ask_once(self_, life_.lock(), to, std::move(call),
                    [this, lease = request->lease](const base::Result<net::Response>& response) {
                      if (response && response->status < 300)
                        history_.contradicted.push_back({world_.now(), lease.job, lease.attempt});
                    });
}

void Lanes::note_beats(const net::Call& call) {
  const auto body = json::parse(call.body);
  const auto beat = body ? wire::decode_heartbeat_request(*body) : base::Result<wire::HeartbeatRequest>(body.error());
  if (!beat) throw std::logic_error("a heartbeat that cannot be read: " + beat.error().text());
  for (const auto& running : beat->running)
    history_.beats.push_back({world_.now(), running.lease.job, running.lease.attempt});
}

// The same start again renews the lease as well: its answer may have been lost.
void Lanes::note_start(const net::Call& call) {
  const auto body = json::parse(call.body);
  const auto start = body ? wire::decode_start_request(*body) : base::Result<wire::StartRequest>(body.error());
  if (!start) throw std::logic_error("a start that cannot be read: " + start.error().text());
  history_.beats.push_back({world_.now(), start->lease.job, start->lease.attempt});
}

void Lanes::note_renewals(Moment asked, const base::Result<net::Response>& response) {
  const auto answer = client::Question<wire::HeartbeatAnswer>::read(response, "");
  if (!answer) return;
  for (const auto& lease : answer->leases)
    if (lease.word == wire::LeaseWord::renewed) history_.renewed.push_back({asked, lease.job, lease.attempt});
}

void Lanes::ended(One& lane, Errand& errand, base::Result<net::Response> response, units::BootTime sent) {
  lane.busy = false;
  lane.under_way.reset();
  const std::string url = "http://" + masters_[lane.master % masters_.size()];
  // The process may be killed in it, and this with it.
  const auto guarded = guarded_;
  const auto life = life_;
  guarded([&] { errand.then({std::move(response), url, sent}); });
  if (!life.expired()) next(lane);
}

}  // namespace simulation
