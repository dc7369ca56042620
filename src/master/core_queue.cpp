// The half of the core that gives jobs away and takes their leases back: claims, offers, starts, what time brings.
#include <algorithm>

#include "base/format.h"
#include "master/core.h"

namespace master {

using base::Error;
using base::format;
using jobs::Event;
using jobs::JobState;
using jobs::Verdict;

void Core::claim(const wire::ClaimRequest& request, Ticket ticket, units::Instant now) {
  if (const auto heard = nodes_.heard(request.node_id, now); !heard) {
    replies_.push_back({ticket, heard.error()});
    return;
  }
  // One poll a node: an older one of the same node was abandoned by its agent.
  std::erase_if(waiters_, [&](const Waiter& w) {
    if (w.request.node_id != request.node_id) return false;
    replies_.push_back({w.ticket, wire::ClaimAnswer{}});
    return true;
  });
  waiters_.push_back({request, ticket, now.boot + request.wait});
  if (const auto served = serve_waiters(now); !served) {
    std::erase_if(waiters_, [&](const Waiter& w) { return w.ticket == ticket; });
    replies_.push_back({ticket, served.error()});
  }
}

void Core::forget(Ticket ticket) {
  std::erase_if(waiters_, [&](const Waiter& w) { return w.ticket == ticket; });
}

void Core::withdraw(const wire::ClaimAnswer& answer) {
  for (const auto& offer : answer.offers) {
    const auto it = offers_.find(offer.lease.job);
    if (it != offers_.end() && it->second.lease == offer.lease) offers_.erase(it);
  }
  for (const auto& command : answer.commands) {
    const auto it = held_.find(command.job);
    if (it != held_.end()) it->second.command = command;
  }
}

void Core::hold(const jobs::Job& job, base::Id node, units::Instant now) {
  Held& held = held_[job.id];
  held.node = node;
  held.number = job.number;
  held.deadline = now.boot + settings_.times.time_to_live + settings_.times.margin();
}

base::Result<void> Core::serve_waiters(units::Instant now) {
  if (waiters_.empty()) return {};
  Classes ready;
  if (!quiet_until_ || *quiet_until_ <= now.boot) {
    FFWATT_TRY(ready, store_.ready_classes());
  }
  for (std::size_t i = 0; i < waiters_.size();) {
    FFWATT_TRY(auto answer, offers_for(waiters_[i].request, ready, now));
    if (answer.offers.empty() && answer.commands.empty()) {
      ++i;
      continue;
    }
    replies_.push_back({waiters_[i].ticket, std::move(answer)});
    waiters_.erase(waiters_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return {};
}

base::Result<wire::ClaimAnswer> Core::offers_for(const wire::ClaimRequest& request, Classes& ready,
                                                 units::Instant now) {
  wire::ClaimAnswer answer;
  for (auto& [id, held] : held_)
    if (held.node == request.node_id && held.command)
      answer.commands.push_back(*std::exchange(held.command, std::nullopt));
  const KnownNode* node = nodes_.find(request.node_id);
  if (!node || node->node.intent != jobs::Intent::active) return answer;
  // The same claim after a lost answer gets the same offers.
  for (const auto& [id, offer] : offers_)
    if (offer.node == request.node_id && offer.claim_id == request.claim_id) {
      FFWATT_TRY(auto record, store_.record(id));
      answer.offers.push_back({std::move(record.job), offer.lease});
    }
  if (!answer.offers.empty()) return answer;

  while (static_cast<int>(answer.offers.size()) < request.slots) {
    std::vector<std::string> classes;
    for (const auto& [text, wanted] : ready)
      if (jobs::can_run(node->node.facts, wanted)) classes.push_back(text);
    if (classes.empty()) break;
    std::vector<base::Id> offered;
    for (const auto& [id, offer] : offers_) offered.push_back(id);
    FFWATT_TRY(auto record, store_.next_ready(classes, now.wall, offered));
    if (!record) {
      std::erase_if(ready, [&](const auto& one) {
        return std::find(classes.begin(), classes.end(), one.first) != classes.end();
      });
      break;
    }
    const int attempt = static_cast<int>(record->job.attempts.size()) + 1;
    const jobs::Lease lease{record->job.id, attempt, random_.token()};
    offers_[record->job.id] = {request.node_id, request.claim_id, lease, now.boot + settings_.times.offer};
    answer.offers.push_back({std::move(record->job), lease});
  }
  return answer;
}

bool Core::has_had_its_word(const store::JobRecord& record, const jobs::Lease& lease) {
  return record.lease == lease && !record.holder;
}

jobs::Claim Core::claim_of(const store::JobRecord& record, const jobs::Lease& lease) const {
  if (record.lease == lease && !has_had_its_word(record, lease))
    return record.job.state == JobState::queued || record.job.state == JobState::paused ? jobs::Claim::late_but_sole
                                                                                        : jobs::Claim::holder;
  const auto offer = offers_.find(record.job.id);
  if (offer != offers_.end() && offer->second.lease == lease) return jobs::Claim::offer;
  return jobs::Claim::stranger;
}

base::Result<wire::StartAnswer> Core::start(base::Id job, const wire::StartRequest& request, units::Instant now) {
  FFWATT_CHECK(nodes_.heard(request.node_id, now));
  FFWATT_TRY(auto record, find(job.text()));
  const jobs::Claim claim = claim_of(record, request.lease);
  const jobs::Step planned = jobs::transition(record.job.state, Event::start, claim);
  if (planned.verdict == Verdict::conflict)
    return Error::failed(format("job #{} cannot be started with this token: {}", record.job.number, planned.why));
  if (planned.verdict == Verdict::moved) {
    record.lease = request.lease;
    record.holder = request.node_id;
    jobs::Attempt attempt;
    attempt.number = request.lease.attempt;
    attempt.node = request.node_id;
    attempt.node_name = nodes_.find(request.node_id)->node.facts.name;
    attempt.started = now.wall;
    record.job.attempts.push_back(attempt);
    FFWATT_CHECK(apply(record, Event::start, claim, attempt.node_name, "started on " + attempt.node_name, now));
  }
  hold(record.job, request.node_id, now);
  return wire::StartAnswer{request.lease, settings_.times};
}

base::Result<void> Core::end_lease(store::JobRecord record, const std::string& reason, units::Instant now) {
  if (!record.job.attempts.empty()) {
    auto& attempt = record.job.attempts.back();
    attempt.ended = now.wall;
    attempt.outcome = "interrupted";
    attempt.error = reason;
  }
  ++record.job.interruptions;
  const auto next = jobs::after_failure(jobs::FailureClass::interruption, record.job.failures, record.job.interruptions,
                                        record.job.submission.max_attempts, 0);
  const bool again = next.kind == jobs::NextStep::Kind::again || record.job.state == JobState::canceling;
  FFWATT_CHECK(
      apply(record, again ? Event::lease_ended : Event::result_failed, jobs::Claim::holder, "master", reason, now));
  held_.erase(record.job.id);
  after_commit_.push_back([this, number = record.job.number, reason] {
    metrics_.increment(metrics::Name::leases_expired);
    log_.warning("lease ended without a result", {{"job", format("#{}", number)}, {"reason", reason}});
  });
  return {};
}

base::Result<void> Core::release_leases_of(base::Id node, const std::string& reason, units::Instant now) {
  std::erase_if(offers_, [&](const auto& entry) { return entry.second.node == node; });
  std::vector<base::Id> ended;
  for (const auto& [job, held] : held_)
    if (held.node == node) ended.push_back(job);
  for (const auto& job : ended) {
    FFWATT_TRY(auto record, store_.record(job));
    FFWATT_CHECK(end_lease(std::move(record), reason, now));
  }
  return {};
}

base::Result<void> Core::tick(units::Instant now) {
  std::erase_if(offers_, [&](const auto& entry) { return entry.second.expires <= now.boot; });
  std::vector<base::Id> ended;
  for (const auto& [job, held] : held_)
    if (held.deadline <= now.boot) ended.push_back(job);
  for (const auto& job : ended) {
    FFWATT_TRY(auto record, store_.record(job));
    FFWATT_CHECK(end_lease(std::move(record), "its node did not renew the lease in time", now));
  }
  if (quiet_until_ && *quiet_until_ <= now.boot) quiet_until_.reset();
  FFWATT_CHECK(serve_waiters(now));
  std::erase_if(waiters_, [&](const Waiter& w) {
    if (w.deadline > now.boot) return false;
    replies_.push_back({w.ticket, wire::ClaimAnswer{}});
    return true;
  });
  return {};
}

units::BootTime Core::next_deadline(units::Instant now) const {
  // Retries wait for wall times that are only in the store; a look each second while somebody waits finds them.
  units::BootTime next = now.boot + units::Seconds(waiters_.empty() ? 5 : 1);
  for (const auto& w : waiters_) next = std::min(next, w.deadline);
  for (const auto& [id, offer] : offers_) next = std::min(next, offer.expires);
  for (const auto& [id, held] : held_) next = std::min(next, held.deadline);
  if (quiet_until_) next = std::min(next, *quiet_until_);
  return next;
}

}  // namespace master
