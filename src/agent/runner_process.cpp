#include "agent/runner_process.h"

#include <fcntl.h>

#include <csignal>

#include "base/format.h"

namespace agent {
namespace {

constexpr units::BootTime never = units::BootTime::from_nanoseconds(INT64_MAX);

}  // namespace

base::Result<std::unique_ptr<RunnerProcess>> RunnerProcess::launch(os::Host& host, const os::Environment& environment,
                                                                   const os::Path& own_program, Spool& spool,
                                                                   const wire::Offer& offer,
                                                                   const std::vector<std::string>& words,
                                                                   const std::string& boot_id) {
  FFWATT_CHECK(spool.put_offer(offer));
  os::SpawnSpec spec;
  spec.program = own_program;
  spec.arguments = {"--run-one", spool.folder(offer.lease).string()};
  spec.arguments.insert(spec.arguments.end(), words.begin(), words.end());
  spec.environment = environment;
  // It outlives this agent and its terminal: no descriptor of ours but stderr, a process group of its own.
  spec.descriptors = {{0, -1}, {1, -1}, {2, 2}};
  spec.group = os::SpawnSpec::Group::own;
  FFWATT_TRY(auto child, host.processes.spawn(spec));
  ProcessName name{child->pid(), host.processes.start_ticks(child->pid()).value_or(0), boot_id};
  return std::unique_ptr<RunnerProcess>(new RunnerProcess(host, std::move(name), std::move(child)));
}

base::Result<std::unique_ptr<RunnerProcess>> RunnerProcess::adopt(os::Host& host, const ProcessName& name,
                                                                  const std::string& boot_id) {
  if (name.boot_id != (boot_id.empty() ? "unknown" : boot_id))
    return base::Error::absent("the machine was restarted since");
  FFWATT_CHECK(host.processes.signal(name.pid, name.start_ticks, 0));
  return std::unique_ptr<RunnerProcess>(new RunnerProcess(host, name, nullptr));
}

RunnerProcess::Waited RunnerProcess::wait(std::stop_token stop) {
  for (;;) {
    if (child_) {
      const auto ended = child_->wait_until(never, stop);
      if (ended) return *ended ? Waited::ended : Waited::stopped;
    } else {
      const auto ended = host_.processes.await_end(name_.pid, name_.start_ticks, never, stop);
      if (ended) return *ended == os::Processes::Awaited::stopped ? Waited::stopped : Waited::ended;
    }
    // Not to know (no descriptors left) is not its end: declared dead, the job would run twice.
    if (host_.clock.sleep_until(host_.clock.boot() + units::Seconds(1), stop) == os::Clock::Woken::stopped)
      return Waited::stopped;
  }
}

void RunnerProcess::stop(StopReason reason) {
  const int number = gives_back(reason) ? SIGTERM : SIGINT;
  // absent is fine: it has just ended, and wait() tells.
  if (child_)
    (void)child_->signal(number);
  else
    (void)host_.processes.signal(name_.pid, name_.start_ticks, number);
}

void RunnerProcess::kill() {
  killed_ = Runners::Killed::yes;
  if (child_) {
    (void)child_->signal_group(SIGKILL);
    (void)child_->signal(SIGKILL);
  } else {  // its ffmpeg dies with it: os::SpawnSpec::WhenWeDie::killed
    (void)host_.processes.signal(name_.pid, name_.start_ticks, SIGKILL);
  }
}

void sweep_control_groups(os::Host& host, const wire::Offer& offer) {
  const int streams = offer.job.submission.spec.streams;
  for (int i = 1; i <= streams; ++i) {
    const auto part = streams == 1 ? std::string() : base::format("-{}", i);
    const auto group = host.cgroups.open("run-" + run_id(offer.lease) + part);
    if (!group) continue;
    (void)(*group)->kill_all();
    (void)(*group)->remove();
  }
}

}  // namespace agent
