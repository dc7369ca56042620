#include "runner/scoring.h"

#include <signal.h>

#include <mutex>
#include <utility>

#include "quality/compare.h"
#include "runner/workload_group.h"

namespace runner {
namespace {

// Contained, counted, and stopped with the job: each child joins the workload's group and is told to the meter. Used by
// one thread; stop() comes from another.
class ScoringProcesses final : public os::Processes {
 public:
  ScoringProcesses(os::Host& host, sandbox::ContainedProcesses& contained, WorkloadGroup& group, meter::Meter& meter,
                   meter::Meter::Handle handle)
      : host_(host), contained_(contained), group_(group), meter_(meter), handle_(handle) {}

  base::Result<std::unique_ptr<os::Process>> spawn(const os::SpawnSpec& spec) override {
    auto joined = spec;
    joined.join_files = group_.join_files();
    const std::lock_guard lock(mutex_);
    if (stopped_) return base::Error::retry("it was stopped");
    auto process = contained_.spawn(joined);
    // A group that could be made but not entered: what a container's half-delegated hierarchy looks like.
    if (!process && process.error().kind() == base::ErrorKind::invalid && !joined.join_files.empty())
      process = contained_.spawn(spec);
    if (!process) return process;
    meter_.follow(handle_, (*process)->pid());
    const auto ticks = host_.processes.start_ticks((*process)->pid());
    if (ticks) newest_ = {(*process)->pid(), *ticks};
    return process;
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (newest_.first != 0) (void)host_.processes.signal(newest_.first, newest_.second, SIGKILL).ok();
  }

  base::Result<os::Pipe> pipe() override { return contained_.pipe(); }
  pid_t own_pid() const override { return contained_.own_pid(); }
  base::Result<void> signal(pid_t pid, std::uint64_t ticks, int number) override {
    return contained_.signal(pid, ticks, number);
  }
  base::Result<Awaited> await_end(pid_t pid, std::uint64_t ticks, units::BootTime deadline,
                                  std::stop_token stop) override {
    return contained_.await_end(pid, ticks, deadline, std::move(stop));
  }
  base::Result<std::uint64_t> start_ticks(pid_t pid) const override { return contained_.start_ticks(pid); }

 private:
  os::Host& host_;
  sandbox::ContainedProcesses& contained_;
  WorkloadGroup& group_;
  meter::Meter& meter_;
  const meter::Meter::Handle handle_;
  std::mutex mutex_;
  bool stopped_ = false;
  std::pair<pid_t, std::uint64_t> newest_{0, 0};
};

quality::Request comparison(const ScoringRequest& request) {
  quality::Request out;
  out.reference = request.spec.input.value_or(""), out.distorted = request.made;  // it has one: what else is compared
  out.metrics = request.spec.quality;
  out.threads = request.threads;
  out.part = {request.spec.start, request.spec.duration, request.spec.rate};
  if (request.limit) out.limit = *request.limit;
  return out;
}

}  // namespace

jobs::Scoring score(os::Host& host, meter::Meter& meter, const media::Ffmpeg& ffmpeg, const ScoringRequest& request) {
  sandbox::Bounds bounds;
  bounds.readable = {request.spec.input.value_or(""), request.made};
  sandbox::ContainedProcesses contained(host, request.sandbox, std::move(bounds),
                                        {.only = {}, .without = {"control_group"}});
  WorkloadGroup group(host, request.id + "-score");
  const auto handle =
      meter.begin({.name = request.id + "-score", .control_group = group.counters(), .reserved = request.reserved});
  ScoringProcesses processes(host, contained, group, meter, handle);
  os::Host inside{host.clock, host.random, host.root, host.files, processes, host.cgroups, host.perf};

  jobs::Scoring out;
  {
    const std::stop_callback stop(request.cancel, [&] { processes.stop(); });
    auto compared = quality::compare(inside, ffmpeg, comparison(request));
    if (compared)
      out.quality = std::move(compared->quality);
    else
      out.reason =
          request.cancel.stop_requested() ? "the job was stopped while it was scored" : compared.error().text();
  }
  const auto taken = meter.end(handle, group.exact_cpu_time());
  if (const auto* top = jobs::headline(taken.energy)) out.energy = top->energy;
  return out;
}

}  // namespace runner
