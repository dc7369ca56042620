#include "agent/doer.h"

#include "agent/run_one.h"
#include "base/format.h"
#include "media/command_line.h"
#include "runner/run_transcode.h"

namespace agent {

using base::format;

namespace {

constexpr units::Seconds patience{5};

std::unique_ptr<Errands> errands_to(const Settings& settings) {
  // The address was checked at start.
  return std::make_unique<Errands>(*client::MasterClient::at(settings.master, settings.key));
}

}  // namespace

Doer::Doer(os::Host& host, const os::Environment& environment, const Settings& settings, std::string boot_id,
           MachineMeter& meter, Inbox& inbox, base::Log& log)
    : host_(host),
      environment_(environment),
      settings_(settings),
      boot_id_(std::move(boot_id)),
      meter_(meter),
      inbox_(inbox),
      log_(log),
      spool_(host.files, settings.state_folder),
      heartbeats_(errands_to(settings)),
      claims_(errands_to(settings)),
      work_(errands_to(settings)) {}

Doer::~Doer() { stop(); }

void Doer::stop() {
  for (auto* errands : {heartbeats_.get(), claims_.get(), work_.get()}) errands->stop();
  runners_.clear();  // ends the watching, not the runners
}

std::vector<Adopted> Doer::adopt() {
  std::vector<Adopted> adopted;
  auto found = spool_.find_all();
  for (const auto& fault : found.unreadable) log_.warning("a folder of the spool cannot be read", {{"why", fault}});
  const auto patience_ends = host_.clock.boot() + patience;
  for (auto& offer : found.offers) {
    if (offer.job.submission.spec.output_mode == media::OutputMode::file)
      outputs_[offer.lease.job] = offer.job.submission.spec.output;
    if (const auto state = adopt(offer, patience_ends)) adopted.push_back({std::move(offer), *state});
  }
  return adopted;
}

// Dead is only whose lock is free: two runners of one attempt must never be, nor one that nobody knows of.
std::optional<Adopted::State> Doer::adopt(const wire::Offer& offer, units::BootTime patience_ends) {
  const auto folder = spool_.folder(offer.lease);
  for (;;) {
    const auto lock = Spool::runner_lock(host_.files, folder);
    // In this order: a runner reports before it gives its lock back.
    if (spool_.has_report(offer.lease)) return Adopted::State::reported;
    if (lock) {
      report_dead(offer, jobs::FailureClass::interruption, "its runner had died when the agent started");
      return Adopted::State::reported;
    }
    const auto name = spool_.runner(offer.lease);
    auto runner = name ? RunnerProcess::adopt(host_, *name, boot_id_) : base::Error::absent("it left no name");
    if (runner) {
      watch(offer, std::move(*runner));
      return Adopted::State::running;
    }
    if (lock.error().kind() != base::ErrorKind::retry) {  // the disk takes no lock file, and nobody of that name lives
      report_dead(offer, jobs::FailureClass::interruption, runner.error().text());
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
  heartbeats_->add([this, request = action.request](client::MasterClient& master, std::stop_token stop) {
    const auto answer = master.enrol(request, stop);
    if (answer) {
      const auto kept =
          host_.files.write_durably(settings_.state_folder / "node_id", answer->node_id.text() + "\n", 0600);
      if (!kept)
        log_.warning("the node's id was not kept; after a restart this is a new node", {{"why", kept.error().text()}});
    }
    inbox_.add([answer](Core& core, units::Instant now) { return core.enrolled(answer, now); });
  });
}

void Doer::act(const Heartbeat& action) {
  heartbeats_->add([this, node = action.node, request = action.request](client::MasterClient& master,
                                                                        std::stop_token stop) mutable {
    for (auto& running : request.running)
      if (auto progress = spool_.progress(running.lease); progress && progress->lease == running.lease)
        running = std::move(*progress);
    const auto sent = host_.clock.boot();
    const auto answer = master.heartbeat(node, request, stop);
    inbox_.add([answer, sent](Core& core, units::Instant now) { return core.heartbeat_answered(answer, sent, now); });
  });
}

void Doer::act(const Claim& action) {
  claims_->add([this, request = action.request](client::MasterClient& master, std::stop_token stop) {
    const auto answer = master.next(request, stop);
    inbox_.add([answer](Core& core, units::Instant now) { return core.claim_answered(answer, now); });
  });
}

void Doer::act(const CancelClaim&) { claims_->interrupt(); }

void Doer::act(const Start& action) {
  work_->add([this, request = action.request](client::MasterClient& master, std::stop_token stop) {
    const auto sent = host_.clock.boot();
    const auto answer = master.start(request, stop);
    inbox_.add([answer, sent, job = request.lease.job](Core& core, units::Instant now) {
      return core.start_answered(job, answer, sent, now);
    });
  });
}

jobs::Job Doer::with_output(jobs::Job job) const {
  media::TranscodeSpec& spec = job.submission.spec;
  if (spec.output_mode != media::OutputMode::file || !spec.output.empty()) return job;
  const std::string name = spec.scenario.empty() ? std::string(media::name(spec.codec)) : spec.scenario;
  const char* extension = spec.codec == media::Codec::vp9 ? "webm" : "mp4";
  spec.output =
      (std::filesystem::absolute(settings_.output_folder) / format("job-{}-{}.{}", job.number, name, extension))
          .string();
  return job;
}

void Doer::remove_earlier_outputs(const wire::Offer& offer) {
  const os::Path output = offer.job.submission.spec.output;
  for (const auto& attempt : offer.job.attempts) {
    if (attempt.number >= offer.lease.attempt) continue;
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

void Doer::act(const Launch& action) {
  wire::Offer offer{with_output(action.offer.job), action.offer.lease};
  const auto& spec = offer.job.submission.spec;
  if (spec.output_mode == media::OutputMode::file) {
    outputs_[offer.lease.job] = spec.output;
    remove_earlier_outputs(offer);
  }
  meter_.ensure();
  auto runner = RunnerProcess::launch(host_, environment_, settings_.own_program, spool_, offer, settings_.runner_words,
                                      boot_id_);
  if (!runner) {
    report_dead(offer, jobs::FailureClass::node, "the runner could not be started: " + runner.error().text());
    return inbox_.add([job = offer.lease.job](Core& core, units::Instant now) { return core.launch_failed(job, now); });
  }
  watch(offer, std::move(*runner));
}

void Doer::watch(const wire::Offer& offer, std::shared_ptr<RunnerProcess> runner) {
  Runner& entry = runners_[offer.lease.job];
  entry.process = runner;
  entry.watcher = std::jthread([this, offer, runner](std::stop_token stop) {
    if (runner->wait(stop) == RunnerProcess::Waited::stopped) return;
    sweep_control_group(host_, run_id(offer.lease));
    if (!spool_.has_report(offer.lease))
      report_dead(offer, jobs::FailureClass::interruption,
                  runner->killed() == RunnerProcess::Killed::yes
                      ? "its runner was told to stop, did not end in time and was killed"
                      : "its runner died without a report");
    inbox_.add([job = offer.lease.job](Core& core, units::Instant now) { return core.runner_ended(job, now); });
  });
}

void Doer::report_dead(const wire::Offer& offer, jobs::FailureClass failure, const std::string& why) {
  log_.warning("a job ended without its runner's report", {{"job", format("#{}", offer.job.number)}, {"why", why}});
  sweep_control_group(host_, run_id(offer.lease));
  if (!offer.job.submission.spec.output.empty())
    runner::discard(host_.files, offer.job.submission.spec.output, run_id(offer.lease));
  const bool ran = failure == jobs::FailureClass::interruption;  // else it could not even be launched
  auto report = nothing_ran(offer, failure, why, host_.clock.wall(),
                            ran ? "its runner ended before it could report" : "nothing was run");
  if (const auto put = Spool::put_report(host_.files, spool_.folder(offer.lease), report); !put) {
    log_.error("a report cannot be written; it is sent from memory", {{"why", put.error().text()}});
    const std::lock_guard lock(mutex_);
    unwritten_.insert_or_assign(run_id(offer.lease), std::move(report));
  }
}

void Doer::act(const StopRunner& action) {
  const auto it = runners_.find(action.job);
  if (it != runners_.end()) it->second.process->stop(action.reason);
}

void Doer::act(const KillRunner& action) {
  const auto it = runners_.find(action.job);
  if (it == runners_.end()) return;
  log_.warning("a runner did not end when it was told to; killing it and what it started",
               {{"job", action.job.text()}});
  it->second.process->kill();
}

void Doer::act(const Post& action) {
  work_->add([this, node = action.node, lease = action.lease, next = action.next](client::MasterClient& master,
                                                                                  std::stop_token stop) {
    auto report = spool_.report(lease);
    if (!report) {
      const std::lock_guard lock(mutex_);
      if (const auto kept = unwritten_.find(run_id(lease)); kept != unwritten_.end()) report = kept->second;
    }
    // Whatever keeps it from being read: it is set aside, not thrown away, and its lease ends by itself.
    auto answer = report ? master.result({node, lease, std::move(*report)}, stop, next)
                         : base::Result<wire::ResultAnswer>(base::Error::invalid(report.error().text()));
    inbox_.add(
        [answer, job = lease.job](Core& core, units::Instant now) { return core.result_answered(job, answer, now); });
  });
}

void Doer::act(const Finish& action) {
  const base::Id job = action.lease.job;
  runners_.erase(job);
  {
    const std::lock_guard lock(mutex_);
    unwritten_.erase(run_id(action.lease));
  }
  bool keep = false;
  if (const auto output = outputs_.find(job); output != outputs_.end()) {
    if (action.how == Finish::How::publish) {
      const auto published = runner::publish(host_.files, output->second, run_id(action.lease));
      if (!published)
        log_.error("an accepted output could not be given its name",
                   {{"output", output->second.string()}, {"why", published.error().text()}});
      // The next agent gets the same answer for the same report and tries again, unless there is nothing to rename.
      keep = !published && published.error().kind() != base::ErrorKind::absent;
    } else {
      runner::discard(host_.files, output->second, run_id(action.lease));
    }
    outputs_.erase(output);
  }
  if (!keep) {
    const auto done =
        action.how == Finish::How::set_aside ? spool_.set_aside(action.lease) : spool_.remove(action.lease);
    if (!done) log_.warning("a folder of the spool remains", {{"why", done.error().text()}});
  }
  inbox_.add([job](Core& core, units::Instant now) { return core.finished(job, now); });
}

}  // namespace agent
