#include "agent/doer.h"

#include <algorithm>

#include "agent/node_id.h"
#include "agent/run_one.h"
#include "agent/runner_process.h"
#include "base/format.h"
#include "base/mutants.h"
#include "media/command_line.h"
#include "runner/run_transcode.h"

namespace agent {

using base::format;

namespace {

constexpr units::Seconds patience{5};
constexpr int most_reads = 20;  // of a report, half a minute apart at the most: some minutes

}  // namespace

Doer::Doer(os::Host& host, Places places, Calls& calls, Runners& runners, std::function<void(Event)> deliver,
           base::Log& log)
    : host_(host),
      places_(std::move(places)),
      calls_(calls),
      runners_(runners),
      deliver_(std::move(deliver)),
      log_(log),
      spool_(host.files, places_.state_folder) {}

Doer::~Doer() { stop(); }

void Doer::stop() {
  calls_.stop();
  watched_.clear();  // ends the watching, not the runners
}

std::vector<Adopted> Doer::adopt() {
  std::vector<Adopted> adopted;
  if (const auto ready = spool_.prepare(); !ready)
    log_.warning("the folders of the spool cannot be made", {{"why", ready.error().text()}});
  auto found = spool_.find_all();
  // A job that is overlooked would run on beside those that this agent counts.
  for (const auto ends = host_.clock.boot() + patience; found.again && host_.clock.boot() < ends;) {
    (void)host_.clock.sleep_until(host_.clock.boot() + units::Seconds(0.1), {});
    found = spool_.find_all();
  }
  for (const auto& fault : found.unreadable) log_.warning("a folder of the spool cannot be read", {{"why", fault}});
  const auto patience_ends = host_.clock.boot() + patience;
  std::map<base::Id, int> last;  // attempt of each job
  for (const auto& offer : found.offers) last[offer.lease.job] = std::max(last[offer.lease.job], offer.lease.attempt);
  for (auto& offer : found.offers) {
    if (offer.lease.attempt < last[offer.lease.job]) {
      give_up(offer);
      continue;
    }
    outputs_[offer.lease.job] = media::output_files(offer.job.submission.spec);
    if (const auto state = adopt(offer, patience_ends)) adopted.push_back({std::move(offer), *state});
  }
  return adopted;
}

// A later attempt of the same job is here, so the master has taken this one's lease back.
void Doer::give_up(const wire::Offer& offer) {
  log_.warning("giving up an attempt that another one has followed",
               {{"job", format("#{}", offer.job.number)}, {"attempt", format("{}", offer.lease.attempt)}});
  if (const auto name = spool_.runner(offer.lease))
    if (const auto runner = runners_.adopt(*name, [](Runners::Killed) {})) (*runner)->kill();
  sweep_control_groups(host_, offer);
  for (const auto& output : media::output_files(offer.job.submission.spec))
    runner::discard(host_.files, output, run_id(offer.lease));
  if (const auto done = spool_.remove(offer.lease); !done)
    log_.warning("a folder of the spool remains", {{"why", done.error().text()}});
}

// Dead is only whose lock is free: two runners of one attempt must never be, nor one that nobody knows of.
std::optional<Adopted::State> Doer::adopt(const wire::Offer& offer, units::BootTime patience_ends) {
  const auto folder = spool_.folder(offer.lease);
  for (;;) {
    const auto lock = Spool::runner_lock(host_.files, folder);
    // In this order: a runner reports before it gives its lock back.
    if (spool_.has_report(offer.lease)) return Adopted::State::reported;
    if (lock) {
      report_dead(offer, Ran::perhaps, "its runner had died when the agent started");
      return Adopted::State::reported;
    }
    const auto name = spool_.runner(offer.lease);
    auto runner = name ? runners_.adopt(*name, when_ended(offer)) : base::Error::absent("it left no name");
    if (runner) {
      watched_[offer.lease.job] = *std::move(runner);
      return Adopted::State::running;
    }
    if (lock.error().kind() != base::ErrorKind::retry) {  // the disk takes no lock file, and nobody of that name lives
      report_dead(offer, Ran::perhaps, runner.error().text());
      return Adopted::State::reported;
    }
    // A runner takes its lock a moment before it leaves its name, and gives it back a moment after its report.
    if (host_.clock.boot() >= patience_ends) {
      log_.warning("some process holds a job's folder and cannot be found; leaving both alone",
                   {{"folder", folder.string()}, {"why", runner.error().text()}});
      return std::nullopt;
    }
    (void)host_.clock.sleep_until(host_.clock.boot() + units::Seconds(0.1), {});
  }
}

bool Doer::carry_out(const Actions& actions) {
  bool quit = false;
  for (const auto& action : actions) {
    std::visit([this](const auto& a) { act(a); }, action);
    quit = quit || std::holds_alternative<Quit>(action);
  }
  return quit;
}

void Doer::act(const Enrol& action) {
  const auto make = [request = action.request] { return client::enrol(request); };
  const auto then = [this, asked = action.request.node_id, life = action.request.facts.life](
                        base::Result<wire::RegisterAnswer> answer, units::BootTime) {
    if (answer && answer->node_id != asked)
      if (const auto kept = keep_node_id(host_.files, places_.state_folder, {answer->node_id, life}); !kept)
        log_.warning("the id that the master gave was not kept; after a restart this is a new node",
                     {{"why", kept.error().text()}});
    deliver_([answer](Core& core, units::Instant now) { return core.enrolled(answer, now); });
  };
  calls_.add(Calls::Lane::heartbeats, errand<wire::RegisterAnswer>(make, then));
}

wire::HeartbeatRequest Doer::with_progress(wire::HeartbeatRequest request) const {
  for (auto& running : request.running)
    if (auto progress = spool_.progress(running.lease); progress && progress->lease == running.lease)
      running = std::move(*progress);
  return request;
}

void Doer::act(const Live& action) {
  const auto make = [this, node = action.node, request = action.request] {
    return client::live(node, with_progress(request));
  };
  const auto then = [this](base::Result<wire::LiveAnswer> answer, units::BootTime sent) {
    deliver_([answer, sent](Core& core, units::Instant now) { return core.live_answered(answer, sent, now); });
  };
  calls_.add(Calls::Lane::heartbeats, errand<wire::LiveAnswer>(make, then));
}

void Doer::act(const Heartbeat& action) {
  const auto make = [this, node = action.node, request = action.request] {
    return client::heartbeat(node, with_progress(request));
  };
  const auto then = [this](base::Result<wire::HeartbeatAnswer> answer, units::BootTime sent) {
    deliver_([answer, sent](Core& core, units::Instant now) { return core.heartbeat_answered(answer, sent, now); });
  };
  calls_.add(Calls::Lane::heartbeats, errand<wire::HeartbeatAnswer>(make, then));
}

void Doer::act(const Claim& action) {
  const auto make = [request = action.request] { return client::next(request); };
  const auto then = [this](base::Result<wire::ClaimAnswer> answer, units::BootTime) {
    deliver_([answer](Core& core, units::Instant now) { return core.claim_answered(answer, now); });
  };
  calls_.add(Calls::Lane::claims, errand<wire::ClaimAnswer>(make, then));
}

void Doer::act(const CancelClaim&) { calls_.interrupt(Calls::Lane::claims); }

void Doer::act(const Start& action) {
  const auto make = [request = action.request] { return client::start(request); };
  const auto then = [this, job = action.request.lease.job](base::Result<wire::StartAnswer> answer,
                                                           units::BootTime sent) {
    deliver_(
        [answer, sent, job](Core& core, units::Instant now) { return core.start_answered(job, answer, sent, now); });
  };
  calls_.add(Calls::Lane::work, errand<wire::StartAnswer>(make, then));
}

jobs::Job Doer::with_output(jobs::Job job) const {
  media::TranscodeSpec& spec = job.submission.spec;
  spec = places_.roots.resolved(std::move(spec));
  if (spec.output_mode != media::OutputMode::file) return job;
  const std::string name = spec.scenario.empty() ? std::string(media::name(spec.codec)) : spec.scenario;
  const auto folder = std::filesystem::absolute(places_.output_folder);
  const auto path = [&](const std::string& which, const media::TranscodeSpec& of) {
    return (folder / format("job-{}-{}{}.{}", job.number, name, which, media::container_of(of).value_or("mkv")))
        .string();
  };
  if (spec.outputs.empty()) {
    if (spec.output.empty()) spec.output = path("", spec);
    return job;
  }
  const auto all = media::renditions(spec);
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].output.empty())
      spec.outputs[i].output =
          path(all[i].size ? format("-{}-{}p", i + 1, all[i].size->height) : format("-{}", i + 1), all[i]);
  return job;
}

void Doer::remove_earlier_outputs(const wire::Offer& offer) {
  for (const auto& attempt : offer.job.attempts) {
    if (attempt.number >= offer.lease.attempt) continue;
    for (const auto& output : media::output_files(offer.job.submission.spec)) {
      const auto left = runner::temporary_output(output, run_id({offer.lease.job, attempt.number, {}}));
      if (!host_.files.exists(left)) continue;
      const auto removed = host_.files.remove(left);
      log_.info(removed ? "removed what an earlier attempt left" : "what an earlier attempt left cannot be removed",
                {{"job", format("#{}", offer.job.number)},
                 {"file", left.string()},
                 {"node", attempt.node_name},
                 {"why", removed ? "its lease is over" : removed.error().text()}});
    }
  }
}

void Doer::act(const Launch& action) {
  wire::Offer offer{with_output(action.offer.job), action.offer.lease};
  outputs_[offer.lease.job] = media::output_files(offer.job.submission.spec);
  remove_earlier_outputs(offer);
  auto runner = runners_.launch(spool_, offer, when_ended(offer));
  if (!runner) {
    // Nothing that the job lacks here: a full disk is emptied, and then the node can run it.
    report_dead(offer, Ran::no, "the runner could not be started: " + runner.error().text());
    return deliver_([job = offer.lease.job](Core& core, units::Instant now) { return core.launch_failed(job, now); });
  }
  watched_[offer.lease.job] = *std::move(runner);
}

Runners::Ended Doer::when_ended(const wire::Offer& offer) {
  return [this, offer](Runners::Killed killed) {
    sweep_control_groups(host_, offer);
    if (!spool_.has_report(offer.lease))
      report_dead(offer, Ran::perhaps,
                  killed == Runners::Killed::yes ? "its runner was told to stop, did not end in time and was killed"
                                                 : "its runner died without a report");
    if (FFWATT_MUTANT(published_before_answer))
      for (const auto& output : media::output_files(offer.job.submission.spec))
        (void)runner::publish(host_.files, output, run_id(offer.lease)).ok();
    deliver_([job = offer.lease.job](Core& core, units::Instant now) { return core.runner_ended(job, now); });
  };
}

void Doer::report_dead(const wire::Offer& offer, Ran ran, const std::string& why) {
  log_.warning("a job ended without its runner's report", {{"job", format("#{}", offer.job.number)}, {"why", why}});
  sweep_control_groups(host_, offer);
  for (const auto& output : media::output_files(offer.job.submission.spec))
    if (!output.empty()) runner::discard(host_.files, output, run_id(offer.lease));
  auto report = nothing_ran(offer, jobs::FailureClass::interruption, why, host_.clock.wall(),
                            ran == Ran::perhaps ? "its runner ended before it could report" : "nothing was run");
  report.pieces = spool_.samples(offer.lease);
  if (!report.pieces.empty())
    report.caveats.push_back(format("{} repetitions had ended before; they are in pieces", report.pieces.size()));
  if (const auto put = Spool::put_report(host_.files, spool_.folder(offer.lease), report); !put) {
    log_.error("a report cannot be written; it is sent from memory", {{"why", put.error().text()}});
    const std::lock_guard lock(mutex_);
    unwritten_.insert_or_assign(run_id(offer.lease), std::move(report));
  }
}

void Doer::act(const StopRunner& action) {
  const auto it = watched_.find(action.job);
  if (it != watched_.end()) it->second->stop(action.reason);
}

void Doer::act(const KillRunner& action) {
  const auto it = watched_.find(action.job);
  if (it == watched_.end()) return;
  log_.warning("a runner did not end when it was told to; killing it and what it started",
               {{"job", action.job.text()}});
  it->second->kill();
}

void Doer::act(const Post& action) {
  const auto make = [this, node = action.node, lease = action.lease,
                     next = action.next]() -> base::Result<client::Question<wire::ResultAnswer>> {
    auto report = spool_.report(lease);
    if (!report) {
      const std::lock_guard lock(mutex_);
      if (const auto kept = unwritten_.find(run_id(lease)); kept != unwritten_.end()) report = kept->second;
    }
    if (!report) return unreadable(lease, report.error());
    if (FFWATT_MUTANT(spool_removed_at_post)) (void)spool_.remove(lease).ok();
    return client::result({node, lease, std::move(*report)}, next);
  };
  const auto then = [this, job = action.lease.job](base::Result<wire::ResultAnswer> answer, units::BootTime) {
    deliver_([answer, job](Core& core, units::Instant now) { return core.result_answered(job, answer, now); });
  };
  calls_.add(Calls::Lane::work, errand<wire::ResultAnswer>(make, then));
}

// A disk that fails once may have it the next time; else it is set aside, not thrown away, and its lease ends by
// itself.
base::Error Doer::unreadable(const jobs::Lease& lease, const base::Error& why) {
  const bool gone = why.kind() == base::ErrorKind::absent || why.kind() == base::ErrorKind::invalid;
  const std::lock_guard lock(mutex_);
  if (!gone && ++failed_reads_[run_id(lease)] < most_reads) return base::Error::retry(why.text());
  return base::Error::invalid(why.text());
}

void Doer::act(const Finish& action) {
  const base::Id job = action.lease.job;
  watched_.erase(job);
  {
    const std::lock_guard lock(mutex_);
    unwritten_.erase(run_id(action.lease));
    failed_reads_.erase(run_id(action.lease));
  }
  bool keep = false;
  const auto outputs = outputs_.find(job);
  for (const auto& output : outputs == outputs_.end() ? std::vector<std::string>{} : outputs->second) {
    if (action.how != Finish::How::publish) {
      runner::discard(host_.files, output, run_id(action.lease));
      continue;
    }
    const auto published = runner::publish(host_.files, output, run_id(action.lease));
    if (published) continue;
    log_.error("an accepted output could not be given its name",
               {{"output", output}, {"why", published.error().text()}});
    // The next agent gets the same answer for the same report and tries again, unless there is nothing to rename.
    keep = keep || published.error().kind() != base::ErrorKind::absent;
  }
  if (outputs != outputs_.end()) outputs_.erase(outputs);
  if (!keep) {
    const auto done =
        action.how == Finish::How::set_aside ? spool_.set_aside(action.lease) : spool_.remove(action.lease);
    if (!done) log_.warning("a folder of the spool remains", {{"why", done.error().text()}});
  }
  deliver_([job](Core& core, units::Instant now) { return core.finished(job, now); });
}

}  // namespace agent
