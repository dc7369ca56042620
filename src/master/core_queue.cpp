// The half of the core that gives jobs away and takes their leases back: starts, and what time brings. What a poll is
// answered is in core_claims.cpp.
#include <algorithm>

#include "base/format.h"
#include "base/mutants.h"
#include "master/core.h"

namespace master {

using base::Error;
using base::format;
using jobs::Event;
using jobs::JobState;
using jobs::Verdict;

namespace {

// Leases that end in one round; the rest follow at once.
constexpr int most_ended = 500;
// Distinct jobs that a node may let down one after the other.
constexpr std::size_t most_let_down = 3;

constexpr std::string_view node_restarted = "its node was restarted";

// The last attempt has not ended, but will end with this error unless its node delivers a result.
bool awaits_last_word(const jobs::Job& job) {
  return !job.attempts.empty() && job.attempts.back().outcome.empty() && job.attempts.back().error == node_restarted;
}

}  // namespace

bool Core::has_had_its_word(const store::JobRecord& record, const jobs::Lease& lease) {
  return record.lease == lease && !record.holder;
}

base::Result<jobs::Claim> Core::claim_of(const store::JobRecord& record, const jobs::Lease& lease, units::Instant now) {
  const bool mutant = FFWATT_MUTANT(token_ignored) ||
                      (FFWATT_MUTANT(earlier_attempt_is_late) && record.lease && lease.attempt < record.lease->attempt);
  if ((record.lease == lease || mutant) && !has_had_its_word(record, lease))
    return record.job.state == JobState::queued || record.job.state == JobState::paused ? jobs::Claim::late_but_sole
                                                                                        : jobs::Claim::holder;
  FFWATT_TRY(const auto offer, store_.offer_of(record.job.id, now));
  return offer == lease ? jobs::Claim::offer : jobs::Claim::stranger;
}

base::Result<wire::StartAnswer> Core::start(base::Id job, const wire::StartRequest& request, units::Instant now) {
  FFWATT_CHECK(nodes_.heard(request.node_id, now));
  FFWATT_TRY(auto record, find(job.text()));
  FFWATT_TRY(auto claim, claim_of(record, request.lease, now));
  if (FFWATT_MUTANT(start_without_offer) && record.job.state == JobState::queued) claim = jobs::Claim::offer;
  if (FFWATT_MUTANT(fence_by_node) && record.holder == request.node_id) claim = jobs::Claim::holder;
  if (FFWATT_MUTANT(repeated_start_is_new) && record.job.state == JobState::running && claim == jobs::Claim::holder) {
    record.job.state = JobState::queued;
    claim = jobs::Claim::offer;
  }
  const jobs::Step planned = jobs::transition(record.job.state, Event::start, claim);
  if (planned.verdict == Verdict::conflict)
    return Error::failed(format("job #{} cannot be started with this token: {}", record.job.number, planned.why));
  if (planned.verdict == Verdict::moved) {
    const jobs::Node* node = nodes_.find(request.node_id);
    record.lease = request.lease;
    record.holder = request.node_id;
    jobs::Attempt attempt;
    attempt.number = request.lease.attempt;
    if (FFWATT_MUTANT(attempt_number_reused) && attempt.number > 1) --attempt.number;
    attempt.node = request.node_id;
    attempt.node_name = node ? node->facts.name : request.node_id.text();
    attempt.started = now.wall;
    record.job.attempts.push_back(attempt);
    FFWATT_CHECK(apply(record, Event::start, claim, attempt.node_name, "started on " + attempt.node_name, now));
  }
  FFWATT_CHECK(store_.renew(record.job.id, lease_lifetime(), now));
  return wire::StartAnswer{request.lease, settings_.times};
}

base::Result<void> Core::end_lease(store::JobRecord record, Lost how, units::Instant now) {
  jobs::Job& job = record.job;
  const bool last_word_awaited = awaits_last_word(job);
  const bool restarted = how == Lost::restarted || last_word_awaited;
  std::string reason(restarted ? node_restarted : "its node did not renew the lease in time");
  ++job.interruptions;
  if (how == Lost::restarted) ++job.crashes;
  const auto next =
      jobs::after_failure(jobs::FailureClass::interruption,
                          {job.failures, job.interruptions, job.crashes, 0, job.submission.max_attempts}, 0);
  const bool again = (next.kind == jobs::NextStep::Kind::again && !FFWATT_MUTANT(gives_up_at_once)) ||
                     job.state == JobState::canceling;
  if (!again && how == Lost::restarted && !last_word_awaited) return await_last_word(std::move(record), now);
  if (!again && job.crashes >= jobs::most_crashes)
    reason = format("poison: {} nodes were restarted while they ran it; look at it before you retry it", job.crashes);
  if (!job.attempts.empty()) {
    auto& attempt = job.attempts.back();
    attempt.ended = now.wall;
    attempt.outcome = "interrupted";
    attempt.failure = jobs::FailureClass::interruption;
    attempt.error = reason;
    const auto spent = spent_.find(job.id);
    attempt.wasted =
        spent != spent_.end() && (spent->second.first == attempt.number || FFWATT_MUTANT(spent_of_any_attempt))
            ? spent->second.second
            : units::Measured<units::Joules>::unmeasurable(units::Scope::machine, "its node never said what it took");
  }
  if (FFWATT_MUTANT(wasted_forgotten) && !job.attempts.empty()) job.attempts.back().wasted.reset();
  const base::Id node = record.holder.value_or(base::Id());
  FFWATT_CHECK(
      apply(record, again ? Event::lease_ended : Event::result_failed, jobs::Claim::holder, "master", reason, now));
  after_commit_.push_back([this, number = job.number, reason] {
    metrics_.increment(metrics::Name::leases_expired);
    log_.warning("lease ended without a result", {{"job", format("#{}", number)}, {"reason", reason}});
  });
  return count_against(node, job.id, now);
}

// A node that comes back says that it was restarted before it can deliver what it had finished. Nothing that has ended
// ends otherwise later, so a job that this restart would end keeps its lease once more, for the result.
base::Result<void> Core::await_last_word(store::JobRecord record, units::Instant now) {
  auto& job = record.job;
  --job.interruptions;  // counted when the lease has ended
  job.attempts.back().error = node_restarted;
  job.reason = "its node was restarted while it ran; it may still deliver what it had finished";
  job.changed = now.wall;
  FFWATT_CHECK(store_.save(record, {std::string(jobs::name(job.state)), "master", job.reason, now.wall}));
  return store_.renew(job.id, lease_lifetime(), now);
}

base::Result<void> Core::count_against(base::Id node, base::Id job, units::Instant now) {
  const jobs::Node* known = nodes_.find(node);
  if (!known || known->intent != jobs::Intent::active) return {};
  auto& jobs = let_down_[node];
  if (std::find(jobs.begin(), jobs.end(), job) == jobs.end()) jobs.push_back(job);
  if (jobs.size() < most_let_down) return {};
  let_down_.erase(node);
  const auto reason = format("it let down {} jobs in a row; look at it, then `ffwatt nodes activate {}`", most_let_down,
                             known->facts.name);
  after_commit_.push_back([this, name = known->facts.name, reason] {
    log_.warning("node quarantined", {{"node", name}, {"reason", reason}});
  });
  FFWATT_CHECK(nodes_.set_intent(node, jobs::Intent::quarantined, reason, now));
  return {};
}

base::Result<void> Core::release_leases_of(base::Id node, units::Instant now) {
  FFWATT_TRY(const auto holdings, store_.holdings(std::span(&node, 1), now));
  for (const auto& holding : holdings) {
    if (holding.state == JobState::queued) continue;
    FFWATT_TRY(auto record, store_.record(holding.job));
    FFWATT_CHECK(end_lease(std::move(record), Lost::restarted, now));
  }
  return {};
}

base::Result<void> Core::withdraw_offers_of(base::Id node, units::Instant now) {
  FFWATT_TRY(const auto holdings, store_.holdings(std::span(&node, 1), now));
  for (const auto& holding : holdings) {
    if (holding.state != JobState::queued) continue;
    FFWATT_TRY(const auto offer, store_.offer_of(holding.job, now));
    if (offer) FFWATT_CHECK(store_.withdraw(*offer));
  }
  return {};
}

base::Result<void> Core::tick(units::Instant now) {
  FFWATT_TRY(const auto ended, store_.ended_leases(most_ended, now));
  for (const auto& job : ended) {
    FFWATT_TRY(auto record, store_.record(job));
    FFWATT_CHECK(end_lease(std::move(record), Lost::silent, now));
  }
  FFWATT_CHECK(nodes_.refresh(now, shared_patience));
  if (tokens_ == Tokens::changed_here || (tokens_ == Tokens::perhaps_elsewhere && now.boot >= tokens_due()))
    FFWATT_CHECK(read_tokens(now));
  FFWATT_CHECK(serve(now));
  std::erase_if(waiters_, [&](const Waiter& w) {
    if (w.deadline > now.boot) return false;
    replies_.push_back({w.ticket, wire::ClaimAnswer{}});
    return true;
  });
  return {};
}

void Core::look() {
  wake_ = true;
  events_.elsewhere();
  if (tokens_ == Tokens::known) tokens_ = Tokens::perhaps_elsewhere;
}

units::BootTime Core::next_deadline(units::Instant now) const {
  // Retries wait for wall times, and other masters' jobs for a look: once a second while somebody waits finds them.
  units::BootTime next = now.boot + units::Seconds(waiters_.empty() ? 5 : 1);
  for (const auto& w : waiters_) next = std::min(next, w.deadline);
  if (const auto ends = store_.next_deadline()) next = std::min(next, *ends);
  if (tell_tokens_ && tokens_ == Tokens::changed_here) next = now.boot;
  if (tell_tokens_ && tokens_ == Tokens::perhaps_elsewhere) next = std::min(next, std::max(tokens_due(), now.boot));
  if (quiet_until_ && !waiters_.empty()) next = std::min(next, std::max(*quiet_until_, now.boot));
  return next;
}

}  // namespace master
