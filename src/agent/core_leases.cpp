// The part of the core that speaks of what runs: heartbeats, whose answers are words about leases, and what follows
// from them.
#include "agent/core.h"
#include "base/format.h"
#include "base/mutants.h"

namespace agent {

using base::format;

namespace {
// Between two batches while somebody watches.
constexpr units::Seconds live_interval{1};
}  // namespace

Actions Core::heartbeat_answered(const base::Result<wire::HeartbeatAnswer>& answer, units::BootTime sent,
                                 units::Instant now) {
  if (!answer) {
    if (is_unknown(answer.error())) unknown_here(now);
    if (heartbeat_.failures == quiet_failures)
      log_.warning("no answer to heartbeats", {{"why", answer.error().text()}});
    fail(heartbeat_, now);
    return tick(now);
  }
  heartbeat_ = {sent + times_.renewal, 0, Errand::UnderWay::no};
  tell_live(answer->live, now.boot);
  if (sent - registered_at_ > times_.renewal / 2.0) forgotten_ = 0;
  Actions out;
  for (const auto& word : answer->leases) {
    const auto it = work_.find(word.job);
    if (it == work_.end() || it->second.offer.lease.attempt != word.attempt) continue;
    switch (word.word) {
      case wire::LeaseWord::renewed:
        it->second.lease_ends = sent + times_.time_to_live - times_.margin();
        if (word.give_back == wire::LeaseAnswer::GiveBack::yes) stop(it->second, StopReason::drained, now, out);
        break;
      case wire::LeaseWord::late:
        break;
      case wire::LeaseWord::cancel:
        if (FFWATT_MUTANT(cancel_not_told)) break;
        it->second.lease_ends = sent + times_.time_to_live - times_.margin();
        stop(it->second, StopReason::canceled, now, out);
        break;
      case wire::LeaseWord::lost:
        stop(it->second, StopReason::lost, now, out);
        break;
    }
  }
  const auto more = tick(now);
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

void Core::tell_live(const std::optional<units::Seconds>& wanted, units::BootTime since) {
  if (!wanted) return live_until_.reset();
  live_until_ = since + *wanted;
}

Actions Core::live_answered(const base::Result<wire::LiveAnswer>& answer, units::BootTime sent, units::Instant now) {
  live_.under_way = Errand::UnderWay::no;
  live_.due = std::max(sent + live_interval, now.boot);
  // Nothing hangs on it: where it goes wrong (a master of before, a network that is away) the heartbeats go on alone.
  if (answer)
    tell_live(answer->live, now.boot);
  else
    live_until_.reset();
  return tick(now);
}

wire::HeartbeatRequest Core::what_runs() const {
  wire::HeartbeatRequest request{settings_.facts.boot_id, {}};
  for (const auto& [job, work] : work_)
    if (work.phase == Phase::running || work.phase == Phase::reported)
      request.running.push_back({work.offer.lease, {}, {}, {}});
  return request;
}

void Core::stop(Work& work, StopReason reason, units::Instant now, Actions& out) {
  if (work.phase != Phase::running || work.stopping) return;
  work.stopping = reason;
  work.kill_at = now.boot + settings_.stop_limit;
  log_.info("stopping a job", {{"job", format("#{}", work.offer.job.number)},
                               {"why", reason == StopReason::canceled      ? "canceled"
                                       : reason == StopReason::interrupted ? "this agent ends"
                                       : reason == StopReason::drained     ? "this node is drained"
                                       : reason == StopReason::orphaned    ? "no master was reached for too long"
                                                                           : "its lease is lost"}});
  out.push_back(StopRunner{work.offer.lease.job, reason});
}

units::BootTime Core::orphaned_at(const Work& work) const {
  const bool stops = work.offer.job.submission.on_master_loss == jobs::OnMasterLoss::stop;
  return stops ? work.lease_ends : work.lease_ends + settings_.orphan_limit;
}

}  // namespace agent
