#include "agent/core.h"

#include <algorithm>
#include <utility>

#include "base/format.h"
#include "base/mutants.h"

namespace agent {

using base::ErrorKind;
using base::format;

namespace {
// How long release waits for the last answers before it leaves them to the next start. A runner that has to be killed
// (CoreSettings::stop_limit) is still reported.
constexpr units::Seconds release_limit{15};
// A poll that comes back with nothing before that was not waited for: the node's other poll took its place (two agents
// with one identity), or something between answers for the master.
constexpr units::Seconds hasty{1};
}  // namespace

Core::Core(CoreSettings settings, os::Random& random, base::Log& log)
    : settings_(std::move(settings)), random_(random), log_(log) {
  if (FFWATT_MUTANT(slots_overbooked)) settings_.facts.slots *= 2;
}

units::Seconds Core::back_off(int failures) {
  // A master that asks for quick heartbeats has short leases: a longer silence would lose them after each of its
  // restarts.
  const double longest = std::min(settings_.longest_retry, times_.renewal).value();
  double seconds = settings_.first_retry.value();
  for (int i = 1; i < failures && seconds < longest; ++i) seconds *= 2;
  seconds = std::min(seconds, longest);
  // Jitter after the cap, ± 50 %: a fleet that lost its master does not come back in step.
  const double unit = static_cast<double>(random_.next() >> 11) / 9007199254740992.0;
  return units::Seconds(seconds * (0.5 + unit));
}

void Core::fail(Errand& errand, units::Instant now) {
  errand.under_way = Errand::UnderWay::no;
  errand.due = now.boot + back_off(++errand.failures);
}

// The master does not know this node any more, or not its token: it was revoked, or is of a database that is gone.
bool Core::is_unknown(const base::Error& error) {
  return error.kind() == ErrorKind::absent || error.kind() == ErrorKind::denied;
}

void Core::unknown_here(units::Instant now) {
  if (standing_ == Standing::unknown) return;
  standing_ = Standing::unknown;
  // At once the first time; but a master that takes the registration and then knows nobody is not asked in a circle.
  enrol_.due = now.boot;
  if (forgotten_ > 0) enrol_.due = now.boot + back_off(forgotten_);
  ++forgotten_;
}

Core::Work& Core::begin_work(wire::Offer offer, units::Instant now) {
  Work work;
  work.kind = jobs::slot_kind(settings_.facts, jobs::needs(offer.job));
  work.due = now.boot;
  work.offer = std::move(offer);
  const auto job = work.offer.lease.job;
  return work_.insert_or_assign(job, std::move(work)).first->second;
}

Actions Core::begin(std::vector<Adopted> adopted, units::Instant now) {
  enrol_.due = heartbeat_.due = claim_.due = now.boot;
  for (auto& left : adopted) {
    Work& work = begin_work(std::move(left.offer), now);
    work.phase = left.state == Adopted::State::running ? Phase::running : Phase::reported;
    work.lease_ends = now.boot + times_.time_to_live;
    log_.info(left.state == Adopted::State::running ? "found a job that is still running"
                                                    : "found a result that was not delivered",
              {{"job", format("#{}", work.offer.job.number)}});
  }
  return tick(now);
}

Actions Core::enrolled(const base::Result<wire::RegisterAnswer>& answer, units::Instant now) {
  if (!answer) {
    if (enrol_.failures % 20 == 0)
      log_.warning("cannot register yet; trying again for ever", {{"why", answer.error().text()}});
    fail(enrol_, now);
    return {};
  }
  enrol_ = {};
  standing_ = Standing::registered;
  registered_at_ = now.boot;
  settings_.node_id = answer->node_id;
  times_ = answer->times;
  log_.info("registered", {{"node", answer->node_id.text()}, {"master", answer->master_version}});
  heartbeat_.due = claim_.due = now.boot;
  return tick(now);
}

Actions Core::claim_answered(const base::Result<wire::ClaimAnswer>& answer, units::Instant now) {
  if (!answer) {
    if (is_unknown(answer.error())) unknown_here(now);
    if (claimed_slots_ != slots_to_ask() || !may_poll())
      claim_ = {now.boot, 0, Errand::UnderWay::no};  // we ended it ourselves
    else
      fail(claim_, now);
    return tick(now);
  }
  claim_id_.clear();
  if (answer->live) tell_live(answer->live, now.boot);
  if (answer->offers.empty() && answer->commands.empty() && !answer->live && now.boot - claimed_at_ < hasty)
    fail(claim_, now);
  else
    claim_ = {now.boot, 0, Errand::UnderWay::no};
  Actions out;
  take(*answer, now, out);
  const auto more = tick(now);
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

Actions Core::start_answered(base::Id job, const base::Result<wire::StartAnswer>& answer, units::BootTime sent,
                             units::Instant now) {
  const auto it = work_.find(job);
  if (it == work_.end() || it->second.phase != Phase::starting) return {};
  Work& work = it->second;
  work.asked = Work::Asked::no;
  if (!answer && !FFWATT_MUTANT(launched_without_right)) {
    const bool unclear = answer.error().kind() == ErrorKind::retry || answer.error().kind() == ErrorKind::denied;
    if (unclear && !ending_) {  // it may have been started: the same start again is answered the same
      work.due = now.boot + back_off(++work.tries);
      return tick(now);
    }
    log_.info("an offer was withdrawn",
              {{"job", format("#{}", work.offer.job.number)}, {"why", answer.error().text()}});
    work_.erase(it);
    return tick(now);
  }
  if (answer) times_ = answer->times;
  work.lease_ends = sent + times_.time_to_live - times_.margin();
  if (work.lease_ends <= now.boot && !ending_) {
    // The answer was so long on its way that its lease is over; nothing may begin on that. The same start tells whether
    // the job is still this node's.
    work.due = now.boot;
    return tick(now);
  }
  work.phase = Phase::running;
  Actions out{Launch{work.offer}};
  if (ending_) stop(work, StopReason::interrupted, now, out);
  log_.info("starting a job", {{"job", format("#{}", work.offer.job.number)},
                               {"scenario", work.offer.job.submission.spec.scenario},
                               {"attempt", format("{}", work.offer.lease.attempt)}});
  const auto more = tick(now);
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

Actions Core::launch_failed(base::Id job, units::Instant now) {
  units::Seconds pause = settings_.first_pause;
  for (int i = 0; i < launch_failures_ && pause < settings_.longest_pause; ++i) pause = pause * 2;
  ++launch_failures_;
  paused_until_ = now.boot + std::min(pause, settings_.longest_pause);
  const auto it = work_.find(job);
  if (it == work_.end()) return tick(now);
  it->second.phase = Phase::reported;
  it->second.due = now.boot;
  it->second.tries = 0;
  return tick(now);
}

Actions Core::runner_ended(base::Id job, units::Instant now) {
  launch_failures_ = 0;
  const auto it = work_.find(job);
  if (it == work_.end() || it->second.phase != Phase::running) return {};
  it->second.phase = Phase::reported;
  it->second.due = now.boot;
  it->second.tries = 0;
  return tick(now);
}

Actions Core::result_answered(base::Id job, const base::Result<wire::ResultAnswer>& answer, units::Instant now) {
  const auto it = work_.find(job);
  if (it == work_.end()) return {};
  Work& work = it->second;
  work.asked = Work::Asked::no;
  if (!answer && (answer.error().kind() == ErrorKind::retry || answer.error().kind() == ErrorKind::denied)) {
    if (work.tries == quiet_failures)
      log_.warning("a result cannot be delivered yet; it is safe in the spool",
                   {{"job", format("#{}", work.offer.job.number)}, {"why", answer.error().text()}});
    work.due = now.boot + back_off(++work.tries);
    // The poll asks for the slot now, by the same id: what an answer that was lost may have offered comes again.
    if (!work.next_claim_id.empty()) claim_id_ = std::exchange(work.next_claim_id, {});
    return tick(now);
  }
  work.phase = Phase::finishing;
  Finish finish{work.offer.lease, Finish::How::discard};
  if (!answer && FFWATT_MUTANT(published_on_conflict)) finish.how = Finish::How::publish;
  if (answer) {
    if (answer->output == wire::ResultAnswer::Output::publish) finish.how = Finish::How::publish;
    log_.info("result delivered",
              {{"job", format("#{}", work.offer.job.number)}, {"state", std::string(jobs::name(answer->state))}});
  } else {
    // 409 is a verdict on the attempt. That the master does not understand the report, or does not know the job (it has
    // lost its database), says nothing about the work: a person may look at it.
    if (answer.error().kind() != ErrorKind::failed) finish.how = Finish::How::set_aside;
    log_.warning("the result was not accepted",
                 {{"job", format("#{}", work.offer.job.number)}, {"why", answer.error().text()}});
  }
  Actions out{finish};
  if (answer)
    if (const auto& next = answer->next) take(*next, now, out);
  const auto more = tick(now);
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

Actions Core::finished(base::Id job, units::Instant now) {
  const auto it = work_.find(job);
  if (it == work_.end()) return tick(now);
  auto again = std::move(it->second.next_attempt);
  work_.erase(it);
  if (again && takes_jobs()) begin_work(*std::move(again), now);
  return tick(now);
}

Actions Core::end(Ending ending, units::Instant now) {
  if (ending_) return {Quit{}};  // asked twice: at once
  ending_ = ending;
  if (ending == Ending::leave) return {Quit{}};
  Actions out;
  quit_at_ = now.boot + release_limit;
  std::erase_if(work_,
                [](const auto& e) { return e.second.phase == Phase::starting && e.second.asked == Work::Asked::no; });
  for (auto& [job, work] : work_) stop(work, StopReason::interrupted, now, out);
  const auto more = tick(now);
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

Actions Core::tick(units::Instant now) {
  Actions out;
  if (paused_until_ && *paused_until_ <= now.boot) paused_until_.reset();
  if (live_until_ && !is_watched(now)) live_until_.reset();
  const auto due = [&](const Errand& e) { return e.under_way == Errand::UnderWay::no && e.due <= now.boot; };
  if (standing_ == Standing::unknown && !ending_ && due(enrol_)) {
    enrol_.under_way = Errand::UnderWay::yes;
    out.push_back(Enrol{{settings_.node_id, settings_.facts}});
  }
  const auto node = settings_.node_id;
  if (standing_ == Standing::registered && due(heartbeat_)) {
    heartbeat_.under_way = Errand::UnderWay::yes;
    out.push_back(Heartbeat{node, what_runs()});
  }
  if (standing_ == Standing::registered && is_watched(now) && due(live_) && !work_.empty()) {
    live_.under_way = Errand::UnderWay::yes;
    out.push_back(Live{node, what_runs()});
  }
  if (standing_ == Standing::registered) {
    if (due(claim_) && may_poll()) {
      claim_.under_way = Errand::UnderWay::yes;
      claimed_slots_ = slots_to_ask();
      claimed_at_ = now.boot;
      if (claim_id_.empty()) claim_id_ = random_.token();
      out.push_back(Claim{{node, claimed_slots_, settings_.claim_wait, claim_id_}});
    } else {
      refresh_claim(out);
    }
  }
  for (auto& [job, work] : work_) {
    if (work.phase == Phase::running && now.boot >= orphaned_at(work) && !FFWATT_MUTANT(orphans_never_end))
      stop(work, StopReason::orphaned, now, out);
    if (work.phase == Phase::running && work.kill_at && *work.kill_at <= now.boot) {
      work.kill_at.reset();
      if (!FFWATT_MUTANT(never_killed)) out.push_back(KillRunner{job});
    }
    if (work.asked == Work::Asked::yes || work.due > now.boot || standing_ != Standing::registered) continue;
    if (work.phase == Phase::starting) {
      work.asked = Work::Asked::yes;
      out.push_back(Start{{node, work.offer.lease}});
    } else if (work.phase == Phase::reported) {
      work.asked = Work::Asked::yes;
      out.push_back(Post{node, work.offer.lease, claim_after(work)});
    }
  }
  if (ending_ == Ending::release) {
    const bool busy = std::any_of(work_.begin(), work_.end(), [](const auto& e) {
      return e.second.phase != Phase::starting || e.second.asked == Work::Asked::yes;
    });
    if (!busy || now.boot >= quit_at_) out.push_back(Quit{});
  }
  return out;
}

void Core::refresh_claim(Actions& out) {
  // The poll under way promised another number of slots: end it; the next one has the same claim id, so an answer that
  // was already on its way is given again.
  if (claim_.under_way == Errand::UnderWay::yes && (claimed_slots_ != slots_to_ask() || !may_poll()))
    out.push_back(CancelClaim{});
}

units::BootTime Core::next_deadline() const {
  units::BootTime next = units::BootTime::from_nanoseconds(INT64_MAX);
  const auto consider = [&](const Errand& e) {
    if (e.under_way == Errand::UnderWay::no) next = std::min(next, e.due);
  };
  if (standing_ == Standing::unknown) {
    if (!ending_) consider(enrol_);
  } else {
    consider(heartbeat_);
    if (live_until_ && live_.due < *live_until_ && !work_.empty()) consider(live_);
    if (may_poll()) consider(claim_);
  }
  for (const auto& [job, work] : work_) {
    const bool asks = work.phase == Phase::starting || work.phase == Phase::reported;
    if (work.phase == Phase::running && !work.stopping) next = std::min(next, orphaned_at(work));
    if (work.phase == Phase::running && work.kill_at) next = std::min(next, *work.kill_at);
    if (asks && work.asked == Work::Asked::no && standing_ == Standing::registered) next = std::min(next, work.due);
  }
  if (paused_until_) next = std::min(next, *paused_until_);
  if (ending_ == Ending::release) next = std::min(next, quit_at_);
  return next;
}

}  // namespace agent
