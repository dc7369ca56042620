// The part of the core that counts slots: which jobs are taken, how many are asked for, and by which request.
#include <algorithm>

#include "agent/core.h"
#include "base/mutants.h"

namespace agent {

int Core::busy_slots(const std::string& kind) const {
  return static_cast<int>(std::count_if(work_.begin(), work_.end(), [&](const auto& entry) {
    return entry.second.is_busy() && entry.second.kind == kind;
  }));
}

bool Core::has_room_for(const jobs::Job& job) const {
  if (!takes_jobs()) return false;
  const auto in = [&](auto test) { return std::any_of(work_.begin(), work_.end(), test); };
  if (in([](const auto& entry) { return entry.second.is_alone(); }) && !FFWATT_MUTANT(alone_ignored)) return false;
  if (job.submission.alone == jobs::Alone::yes && !FFWATT_MUTANT(alone_ignored))
    return !in([](const auto& entry) { return entry.second.is_busy(); });
  const auto kind = jobs::slot_kind(settings_.facts, jobs::needs(job));
  return busy_slots(kind) < jobs::slots_of(settings_.facts, kind);
}

int Core::slots_to_ask() const {
  if (!takes_jobs()) return 0;
  int free = settings_.facts.slots - busy_slots({});
  for (const auto& [job, work] : work_) {
    if (work.is_alone()) return 0;
    // Its first post asks for its slot. Where that brings nothing, the poll does.
    if (work.phase == Phase::reported && work.tries == 0 && work.kind.empty()) --free;
  }
  return std::max(0, free);
}

std::optional<wire::ClaimRequest> Core::claim_after(Work& work) {
  if (!takes_jobs() || work.tries > 0) return std::nullopt;
  if (std::any_of(work_.begin(), work_.end(), [](const auto& e) { return e.second.is_alone(); })) return std::nullopt;
  const int free = std::max(0, settings_.facts.slots - busy_slots({}));
  work.next_claim_id = random_.token();
  return wire::ClaimRequest{settings_.node_id, work.kind.empty() ? std::min(1, free) : 0, units::Seconds(0),
                            work.next_claim_id};
}

void Core::take(const wire::ClaimAnswer& answer, units::Instant now, Actions& out) {
  for (const auto& command : answer.commands) {
    const auto it = work_.find(command.job);
    if (FFWATT_MUTANT(cancel_not_told)) continue;
    if (it != work_.end() && it->second.offer.lease.attempt == command.attempt)
      stop(it->second, StopReason::canceled, now, out);
  }
  for (const auto& offer : answer.offers) {
    if (!has_room_for(offer.job)) continue;  // the offer ends by itself
    const auto known = work_.find(offer.lease.job);
    if (known == work_.end()) begin_work(offer, now);
    // What its last attempt left is being cleared away still; the new one starts after that.
    else if (known->second.phase == Phase::finishing && known->second.offer.lease != offer.lease)
      known->second.next_attempt = offer;
  }
}

}  // namespace agent
