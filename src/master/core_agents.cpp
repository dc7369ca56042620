// The half of the core that listens to agents: who they are, what they run, what came of it.
#include <utility>

#include "base/format.h"
#include "base/mutants.h"
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
  FFWATT_CHECK(nodes_.refresh(now, units::Seconds(0)));  // it may have registered with another master since
  if (const jobs::Node* known = request.node_id ? nodes_.find(*request.node_id) : nullptr) {
    // Of a life before the one that is known: it was long on its way, and its asker is no more. One that tells no life
    // (typed by hand, an older agent) is believed.
    if (request.facts.life > 0 && request.facts.life < known->facts.life)
      return wire::RegisterAnswer{known->id, settings_.times, settings_.version};
    // A node that comes back after a reboot runs nothing of before.
    const bool restarted = !known->facts.boot_id.empty() && known->facts.boot_id != request.facts.boot_id;
    if (restarted || FFWATT_MUTANT(every_start_is_a_reboot)) FFWATT_CHECK(release_leases_of(known->id, now));
  }
  // Whoever registers has begun anew: what it was offered before, it does not know of.
  if (request.node_id) FFWATT_CHECK(withdraw_offers_of(*request.node_id, now));
  const bool is_new = !request.node_id || !nodes_.find(*request.node_id);
  FFWATT_TRY(const auto node, nodes_.put(request.node_id, random_.id(now.wall), request.facts, now));
  if (is_new)
    after_commit_.push_back([this, facts = node.facts, id = node.id] {
      log_.info("node registered", {{"node", facts.name},
                                    {"id", id.text()},
                                    {"cpu", facts.cpu_model},
                                    {"threads", format("{}", facts.threads)}});
    });
  wake_ = true;
  return wire::RegisterAnswer{node.id, settings_.times, settings_.version};
}

base::Result<wire::HeartbeatAnswer> Core::heartbeat(base::Id node, const wire::HeartbeatRequest& request,
                                                    units::Instant now) {
  FFWATT_CHECK(nodes_.heard(node, now));
  wire::HeartbeatAnswer answer;
  const jobs::Node* known = nodes_.find(node);
  if (!known) return Error::absent(format("node {} is not registered here; register it again", node.text()));
  answer.intent = known->intent;
  const bool gives_back =
      known->intent == jobs::Intent::draining && known->give_back_at && *known->give_back_at <= now.wall;
  for (const auto& running : request.running) {
    wire::LeaseAnswer word{running.lease.job, running.lease.attempt, wire::LeaseWord::lost};
    const auto record = store_.record(running.lease.job);
    if (record) {
      FFWATT_TRY(const auto claim, claim_of(*record, running.lease, now));
      const auto verdict = jobs::transition(record->job.state, Event::renew, claim).verdict;
      if (verdict == Verdict::moved || verdict == Verdict::unchanged) word.word = wire::LeaseWord::renewed;
      if (word.word == wire::LeaseWord::renewed && gives_back) word.give_back = wire::LeaseAnswer::GiveBack::yes;
      if (verdict == Verdict::told_cancel) word.word = wire::LeaseWord::cancel;
      if (verdict == Verdict::told_late) word.word = wire::LeaseWord::late;
      if (word.word == wire::LeaseWord::renewed || word.word == wire::LeaseWord::cancel) {
        if (!FFWATT_MUTANT(renewals_forgotten)) FFWATT_CHECK(store_.renew(record->job.id, lease_lifetime(), now));
        board_.took(running, {record->job.number, record->job.state}, now.boot);
        if (running.energy) spent_.insert_or_assign(record->job.id, std::pair(running.lease.attempt, *running.energy));
      }
    } else if (record.error().kind() != base::ErrorKind::absent) {
      return record.error();
    }
    answer.leases.push_back(word);
  }
  answer.live = board_.watched(node, now.boot);
  return answer;
}

base::Result<wire::LiveAnswer> Core::live(base::Id node, const wire::HeartbeatRequest& request, units::Instant now) {
  FFWATT_CHECK(nodes_.heard(node, now));
  for (const auto& running : request.running) {
    const auto record = store_.record(running.lease.job);
    if (!record && record.error().kind() == base::ErrorKind::absent) continue;
    if (!record) return record.error();
    FFWATT_TRY(const auto claim, claim_of(*record, running.lease, now));
    const auto verdict = jobs::transition(record->job.state, Event::renew, claim).verdict;
    const bool holds = verdict == Verdict::moved || verdict == Verdict::unchanged || verdict == Verdict::told_cancel;
    if (holds) board_.took(running, {record->job.number, record->job.state}, now.boot);
  }
  return wire::LiveAnswer{board_.watched(node, now.boot)};
}

base::Result<wire::LiveView> Core::watch(const std::string& id_or_number, units::Instant now) {
  FFWATT_TRY(const auto record, find(id_or_number));
  const auto& job = record.job;
  wire::LiveView view{job.id, job.number, job.state, {}, {}};
  const bool runs = job.state == JobState::running || job.state == JobState::canceling;
  if (!runs || job.attempts.empty()) return view;
  const auto& attempt = job.attempts.back();
  board_.watch(attempt.node, now.boot);
  if (auto seen = board_.of(job.id, attempt.number, now.boot))
    view.running = std::move(seen->running), view.age = seen->age;
  return view;
}

base::Result<void> Core::keep_told(const std::optional<base::Id>& job, units::Instant now) {
  FFWATT_TRY(const auto holdings, store_.holdings({}, now));
  for (const auto& holding : holdings)
    if (holding.state != JobState::queued && (!job || *job == holding.job)) board_.watch(holding.node, now.boot);
  return {};
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

// What an attempt took whose work is thrown away.
units::Measured<units::Joules> energy_of(const jobs::Report& report) {
  if (const auto* line = jobs::headline(report.energy)) return line->energy;
  return units::Measured<units::Joules>::unmeasurable(units::Scope::machine, "its report says nothing of energy");
}

// What the job's record counts, with this attempt.
jobs::Tally tally_of(const jobs::Job& job, FailureClass failure) {
  jobs::Tally tally{job.failures, job.interruptions, job.crashes, 0, job.submission.max_attempts};
  for (const auto& attempt : job.attempts) tally.lacking += attempt.failure == FailureClass::node ? 1 : 0;
  switch (failure) {
    case FailureClass::node:
      ++tally.lacking;
      break;
    case FailureClass::interruption:
      ++tally.interruptions;
      break;
    case FailureClass::none:
    case FailureClass::canceled:
      break;
    default:
      ++tally.failures;
  }
  return tally;
}

// What a report of an accepted attempt says beside what its agent does.
void complete(jobs::Report& report, const jobs::Job& job) {
  report.id = job.id.text();
  report.timings.queued = job.created;
}

// What the last attempt itself said of its end: null while it runs, and where its lease ended without a result.
const jobs::Report* last_words(const jobs::Job& job) {
  if (!job.report || job.attempts.empty()) return nullptr;
  const auto& attempt = job.attempts.back();
  const auto& outcome = job.report->outcome;
  return attempt.outcome == jobs::name(outcome.end) && attempt.error == outcome.error ? &*job.report : nullptr;
}

}  // namespace

// The documents are compared as they travel and as they are kept, both as this version reads them: what a document does
// not carry cannot differ, and neither a newer agent nor a newer master makes another result of the same one.
base::Result<bool> Core::is_told_again(const store::JobRecord& record, const jobs::Report& report) {
  const auto* kept = last_words(record.job);
  if (!kept) return false;
  auto told = report;
  const auto power_trace = std::exchange(told.power_trace, {});
  if (record.job.state == JobState::completed) complete(told, record.job);
  if (json::write(wire::encode(*kept)) != json::write(wire::encode(told))) return false;
  const auto kept_trace = store_.power_trace(record.job.id.text());
  if (!kept_trace && kept_trace.error().kind() != base::ErrorKind::absent) return kept_trace.error();
  return kept_trace.value_or("") == power_trace;
}

base::Result<wire::ResultAnswer> Core::result(const wire::ResultRequest& request, units::Instant now) {
  if (nodes_.find(request.node_id)) FFWATT_CHECK(nodes_.heard(request.node_id, now));
  FFWATT_TRY(auto record, find(request.lease.job.text()));
  jobs::Job& job = record.job;
  const jobs::Outcome& outcome = request.report.outcome;
  const bool completed = outcome.end == jobs::End::completed;
  const bool failed = outcome.end == jobs::End::failed || outcome.end == jobs::End::timeout;
  const auto earlier = std::span(job.attempts).first(job.attempts.empty() ? 0 : job.attempts.size() - 1);
  const FailureClass failure = jobs::judged(outcome.failure, outcome.error, request.node_id, earlier);
  const auto tally = tally_of(job, failed || failure == FailureClass::interruption ? failure : FailureClass::none);
  const double jitter = static_cast<double>(random_.next() >> 11) / 9007199254740992.0;  // 53 bits
  const auto next = jobs::after_failure(failure, tally, jitter);
  const Event event = event_of(request.report, next);
  using Output = wire::ResultAnswer::Output;
  const auto answer = [&](JobState state) {
    return wire::ResultAnswer{job.id, state, state == JobState::completed ? Output::publish : Output::discard};
  };
  // The result that sent the job back to the queue, once more: by the count of failures alone it would be another
  // event.
  if (has_had_its_word(record, request.lease)) {
    FFWATT_TRY(const bool again, is_told_again(record, request.report));
    if (again) return answer(job.state);
  }
  FFWATT_TRY(const auto claim, claim_of(record, request.lease, now));
  const jobs::Step planned = jobs::transition(job.state, event, claim);

  // The same result again, after an answer that was lost, gets the same answer.
  const bool refused = planned.verdict == Verdict::unchanged && FFWATT_MUTANT(repeated_result_refused);
  // Where it was not told before what the attempt took, since its lease had ended, all that comes is thrown away alike.
  const bool first_words = !last_words(job);
  if (planned.verdict != Verdict::moved && !refused && first_words) FFWATT_CHECK(book_late(record, request, now));
  if (planned.verdict == Verdict::unchanged && !refused) {
    FFWATT_TRY(const bool again, is_told_again(record, request.report));
    if (again || first_words) return answer(job.state);
    return Error::failed(
        format("the result of job #{}, attempt {}, is not accepted: another one was before; what is "
               "repeated must be the same",
               job.number, request.lease.attempt));
  }
  if (planned.verdict == Verdict::conflict || refused)
    return Error::failed(format("the result of job #{}, attempt {}, is not accepted: {}", job.number,
                                request.lease.attempt, planned.why));

  job.failures = tally.failures;
  job.interruptions = tally.interruptions;
  job.report = request.report;
  record.report_in = store::JobRecord::ReportIn::job;
  const auto power_trace = std::exchange(job.report->power_trace, {});
  if (!job.attempts.empty()) {
    auto& attempt = job.attempts.back();
    attempt.ended = now.wall;
    attempt.outcome = std::string(jobs::name(outcome.end));
    attempt.error = outcome.error;
    attempt.failure = failure;
    attempt.wasted = planned.to == JobState::completed ? std::nullopt : std::optional(energy_of(request.report));
    if (attempt.wasted && FFWATT_MUTANT(wasted_unknown))
      attempt.wasted = units::Measured<units::Joules>::unmeasurable(units::Scope::machine, "nobody asked");
  }
  if (planned.to == JobState::queued) {
    record.holder.reset();  // this attempt has had its word; its lease stays, to know the same result again
    // Without a delay no time at all: the wall clock may be set back.
    job.not_before = next.delay > units::Seconds(0) ? std::optional(now.wall + next.delay) : std::nullopt;
  }
  const std::string actor = job.attempts.empty() ? "agent" : job.attempts.back().node_name;
  std::string reason = completed ? "completed" : outcome.error;
  if (failure == FailureClass::input && outcome.failure != failure)
    reason = "the same error on two nodes, so it is the job's: " + reason;
  if (planned.to == JobState::completed) FFWATT_CHECK(keep_report(record, request.lease.attempt, power_trace));
  FFWATT_TRY(const auto step, apply(record, event, claim, actor, reason, now));
  if (!power_trace.empty()) FFWATT_CHECK(store_.put_power_trace(job.id, power_trace));
  if (step.to == JobState::completed) let_down_.erase(request.node_id);
  wake_ = true;
  return answer(step.to);
}

base::Result<void> Core::book_late(store::JobRecord& record, const wire::ResultRequest& request, units::Instant now) {
  if (record.lease != request.lease || record.job.attempts.empty()) return {};
  auto& attempt = record.job.attempts.back();
  const auto took = energy_of(request.report);
  if (!attempt.wasted || !took.known() || FFWATT_MUTANT(late_energy_lost)) return {};
  // What its node had told on the way was less, or it is this very report once more.
  if (attempt.wasted->known() && attempt.wasted->value() >= took.value()) return {};
  attempt.wasted = took;
  return store_.save(record, {std::string(jobs::name(record.job.state)), attempt.node_name,
                              format("what attempt {} took came late", attempt.number), now.wall});
}

base::Result<void> Core::keep_report(store::JobRecord& record, int attempt, const std::string& power_trace) {
  if (!record.job.report) return {};
  auto& report = *record.job.report;
  complete(report, record.job);
  auto added = store_.add_report(report);
  if (added) {
    record.report_in = store::JobRecord::ReportIn::results;
  } else if (added.error().kind() == base::ErrorKind::retry) {
    auto kept = report;
    kept.id = format("{}-{}", record.job.id.text(), attempt);  // an earlier completion has the job's id
    kept.power_trace = power_trace;
    added = store_.add_report(kept);
  }
  if (!added && added.error().kind() != base::ErrorKind::retry) return added.error();
  return {};
}

}  // namespace master
