// The half of the core that listens to agents: who they are, what they run, what came of it.
#include <utility>

#include "base/format.h"
#include "json/json.h"
#include "master/core.h"
#include "wire/encode.h"

namespace master {

using base::Error;
using base::format;
using jobs::Event;
using jobs::FailureClass;
using jobs::JobState;
using jobs::Verdict;

base::Result<wire::RegisterAnswer> Core::enrol(const wire::RegisterRequest& request, units::Instant now) {
  // A node that comes back after a reboot runs nothing of before.
  if (request.node_id)
    if (const KnownNode* known = nodes_.find(*request.node_id))
      if (!known->node.facts.boot_id.empty() && known->node.facts.boot_id != request.facts.boot_id)
        FFWATT_CHECK(release_leases_of(*request.node_id, "its node was restarted", now));
  const bool is_new = !request.node_id || !nodes_.find(*request.node_id);
  FFWATT_TRY(const auto node, nodes_.put(request.node_id, random_.id(now.wall), request.facts, now));
  if (is_new)
    after_commit_.push_back([this, facts = node.facts, id = node.id] {
      log_.info("node registered", {{"node", facts.name},
                                    {"id", id.text()},
                                    {"cpu", facts.cpu_model},
                                    {"threads", format("{}", facts.threads)}});
    });
  FFWATT_CHECK(serve_waiters(now));
  return wire::RegisterAnswer{node.id, settings_.times, settings_.version};
}

base::Result<wire::HeartbeatAnswer> Core::heartbeat(base::Id node, const wire::HeartbeatRequest& request,
                                                    units::Instant now) {
  FFWATT_CHECK(nodes_.heard(node, now));
  wire::HeartbeatAnswer answer;
  answer.intent = nodes_.find(node)->node.intent;
  for (const auto& running : request.running) {
    wire::LeaseAnswer word{running.lease.job, running.lease.attempt, wire::LeaseWord::lost};
    const auto record = store_.record(running.lease.job);
    if (record) {
      switch (jobs::transition(record->job.state, Event::renew, claim_of(*record, running.lease)).verdict) {
        case Verdict::moved:
        case Verdict::unchanged:
          word.word = wire::LeaseWord::renewed;
          hold(record->job, node, now);
          break;
        case Verdict::told_cancel:
          word.word = wire::LeaseWord::cancel;
          hold(record->job, node, now);
          break;
        case Verdict::told_late:
          word.word = wire::LeaseWord::late;
          break;
        case Verdict::told_lost:
        case Verdict::conflict:
          break;
      }
    } else if (record.error().kind() != base::ErrorKind::absent) {
      return record.error();
    }
    answer.leases.push_back(word);
  }
  return answer;
}

namespace {

// The event that a report is, given what would follow a failure.
Event event_of(const jobs::Report& report, const jobs::NextStep& next) {
  switch (report.outcome.end) {
    case jobs::End::completed:
      return Event::result_completed;
    case jobs::End::canceled:
      return Event::result_canceled;
    case jobs::End::failed:
    case jobs::End::timeout:
    case jobs::End::interrupted:
      break;
  }
  return next.kind == jobs::NextStep::Kind::again ? Event::result_retry : Event::result_failed;
}

// As they travel and as they are kept: what a document does not carry cannot differ.
bool same_text(const jobs::Report& a, const jobs::Report& b) {
  return json::write(wire::encode(a)) == json::write(wire::encode(b));
}

}  // namespace

base::Result<wire::ResultAnswer> Core::result(const wire::ResultRequest& request, units::Instant now) {
  if (nodes_.find(request.node_id)) FFWATT_CHECK(nodes_.heard(request.node_id, now));
  FFWATT_TRY(auto record, find(request.lease.job.text()));
  const jobs::Outcome& outcome = request.report.outcome;
  const bool interruption = outcome.failure == FailureClass::interruption;
  const bool failure = outcome.end == jobs::End::failed || outcome.end == jobs::End::timeout;
  const int failures = record.job.failures + (failure && !interruption ? 1 : 0);
  const int interruptions = record.job.interruptions + (interruption ? 1 : 0);
  const double jitter = static_cast<double>(random_.next() >> 11) / 9007199254740992.0;  // 53 bits
  const auto next =
      jobs::after_failure(outcome.failure, failures, interruptions, record.job.submission.max_attempts, jitter);
  const Event event = event_of(request.report, next);
  using Output = wire::ResultAnswer::Output;
  const auto answer = [&](JobState state) {
    return wire::ResultAnswer{record.job.id, state, state == JobState::completed ? Output::publish : Output::discard};
  };
  // The result that sent the job back to the queue, once more: by the count of failures alone it would be another
  // event.
  if (has_had_its_word(record, request.lease) && record.job.report && same_text(*record.job.report, request.report))
    return answer(record.job.state);
  const jobs::Claim claim = claim_of(record, request.lease);
  const jobs::Step planned = jobs::transition(record.job.state, event, claim);

  // The same result again, after an answer that was lost, gets the same answer.
  if (planned.verdict == Verdict::unchanged) return answer(record.job.state);
  if (planned.verdict == Verdict::conflict)
    return Error::failed(format("the result of job #{}, attempt {}, is not accepted: {}", record.job.number,
                                request.lease.attempt, planned.why));

  record.job.failures = failures;
  record.job.interruptions = interruptions;
  record.job.report = request.report;
  const auto power_trace = std::exchange(record.job.report->power_trace, {});
  if (!record.job.attempts.empty()) {
    auto& attempt = record.job.attempts.back();
    attempt.ended = now.wall;
    attempt.outcome = std::string(jobs::name(outcome.end));
    attempt.error = outcome.error;
  }
  if (planned.to == JobState::queued) {
    record.holder.reset();  // this attempt has had its word; its lease stays, to know the same result again
    // Without a delay no time at all: the wall clock may be set back.
    record.job.not_before = next.delay > units::Seconds(0) ? std::optional(now.wall + next.delay) : std::nullopt;
  }
  const std::string actor = record.job.attempts.empty() ? "agent" : record.job.attempts.back().node_name;
  const std::string reason = outcome.end == jobs::End::completed ? "completed" : outcome.error;
  FFWATT_TRY(const auto step, apply(record, event, claim, actor, reason, now));
  if (!power_trace.empty()) FFWATT_CHECK(store_.put_power_trace(record.job.id, power_trace));
  if (step.to == JobState::completed) {
    jobs::Report kept = *record.job.report;
    kept.id = record.job.id.text();
    kept.timings.queued = record.job.created;
    auto added = store_.add_report(kept);
    if (!added && added.error().kind() == base::ErrorKind::retry) {
      kept.id = format("{}-{}", record.job.id.text(), request.lease.attempt);  // an earlier completion has the job's id
      kept.power_trace = power_trace;
      added = store_.add_report(kept);
    }
    if (!added && added.error().kind() != base::ErrorKind::retry) return added.error();
  }
  FFWATT_CHECK(serve_waiters(now));
  return answer(step.to);
}

}  // namespace master
