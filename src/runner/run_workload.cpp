#include "runner/run_workload.h"

#include <signal.h>

#include <algorithm>

#include "base/format.h"
#include "base/scope_guard.h"
#include "base/text.h"
#include "media/command_line.h"
#include "runner/child_watch.h"
#include "runner/outcome.h"
#include "runner/workload_group.h"

namespace runner {
namespace {

constexpr int kProgressDescriptor = 3;

std::string node_name(const os::Host& host) {
  const auto text = host.files.read(host.root.path("/proc/sys/kernel/hostname"));
  return text ? std::string(base::trim(*text)) : "";
}

bool has(const std::vector<std::string>& arguments, std::string_view word) {
  return std::find(arguments.begin(), arguments.end(), word) != arguments.end();
}

// The two sides of what the command's descriptors are connected to.
struct Plumbing {
  os::Pipe progress, output;
};

base::Result<Plumbing> connect(os::Host& host, const Request& request, os::SpawnSpec& spec) {
  Plumbing plumbing;
  const bool captured = request.terminal == Request::Terminal::captured;
  if (captured) {
    FFWATT_TRY(plumbing.output, host.processes.pipe());
    const int write = plumbing.output.write.get();
    spec.descriptors = {{0, -1}, {1, write}, {2, write}};
    spec.group = os::SpawnSpec::Group::own;
    // This thread stays until the command has ended, so only our sudden death ends it (prctl(2), PR_SET_PDEATHSIG).
    spec.when_we_die = os::SpawnSpec::WhenWeDie::killed;
  }
  if (request.progress_pipe == Request::ProgressPipe::no) return plumbing;
  const bool ffmpeg = media::is_ffmpeg(spec.program.filename().string());
  const bool asked_for = has(spec.arguments, "-progress");
  if (!captured && (!ffmpeg || asked_for)) return plumbing;  // the user's own -progress goes where he wants it
  FFWATT_TRY(plumbing.progress, host.processes.pipe());
  spec.descriptors[kProgressDescriptor] = plumbing.progress.write.get();
  if (ffmpeg && !asked_for) {
    const auto target = base::format("pipe:{}", kProgressDescriptor);
    spec.arguments.insert(spec.arguments.begin(), {"-progress", target});
  }
  return plumbing;
}

std::vector<std::string> shown_command(const Command& command) {
  if (!command.shown.empty()) return command.shown;
  std::vector<std::string> all{command.program.string()};
  all.insert(all.end(), command.arguments.begin(), command.arguments.end());
  return all;
}

// One run from begin to report. The order of its steps is the point: see run_workload().
class Run {
 public:
  Run(os::Host& host, meter::Meter& meter, Request request)
      : host_(host), meter_(meter), request_(std::move(request)), group_(host, request_.id) {
    report_.timings.started = host.clock.wall();
  }

  base::Result<jobs::Report> operator()() {
    if (request_.log_file) FFWATT_CHECK(log_.copy_to(*request_.log_file));
    const auto commands = request_.before.size() + 1;
    for (number_ = 1;; ++number_) {
      const auto& command = number_ < commands ? request_.before[number_ - 1] : request_.command;
      FFWATT_CHECK(run(command, number_ == commands ? Last::yes : Last::no));
      if (finished_) break;
    }
    return std::move(report_);
  }

 private:
  enum class Last { no, yes };

  base::Result<void> run(const Command& command, Last last) {
    os::SpawnSpec spec;
    spec.program = command.program;
    // A program that looks at its own name, or prints it, must find what the user typed.
    if (!command.shown.empty()) spec.name = command.shown.front();
    spec.arguments = command.arguments;
    spec.environment = command.environment;
    spec.folder = command.folder;
    auto plumbing = connect(host_, request_, spec);
    auto process = plumbing ? start(spec) : base::Result<std::unique_ptr<os::Process>>(plumbing.error());
    if (!process) {
      if (handle_) (void)meter_.end(handle());
      return process.error();
    }
    plumbing->progress.write.reset(), plumbing->output.write.reset();
    if (!began_) began_ = (*process)->started();
    add_command(command);

    ChildWatch watch(host_.clock, **process, std::move(plumbing->progress.read), std::move(plumbing->output.read), log_,
                     watch_settings(**process));
    const auto ended = watch.run();
    std::optional<os::ExitStatus> status;
    if (ended == ChildWatch::Ended::yes) status = reap(**process);
    if (status) own_cpu_ += status->cpu(), peak_ = std::max(peak_, status->peak_memory);
    if (last == Last::no && status && status->success() && watch.cause() == StopCause::none) {
      watch.drain();
      return {};
    }
    // The second boundary read: nothing may come between it and the wait.
    const auto exact = group_.exact_cpu_time();
    const auto cpu_time = exact ? exact : status ? std::optional(own_cpu_) : std::nullopt;
    auto energy = meter_.end(handle(), cpu_time);

    watch.drain();
    describe(command, watch, status, cpu_time);
    take(std::move(energy));
    clean_up(**process, watch.cause());
    finished_ = true;
    return {};
  }

  base::Result<std::unique_ptr<os::Process>> start(os::SpawnSpec& spec) {
    for (;;) {
      FFWATT_CHECK(contain(spec));
      spec.join_files = group_.join_files();
      const bool first = !handle_;
      if (first)
        handle_ = meter_.begin({.name = request_.metered_as.empty() ? request_.id : request_.metered_as,
                                .control_group = group_.counters(),
                                .reserved = request_.reserved});
      auto process = host_.processes.spawn(spec);
      if (process) {
        meter_.follow(handle(), (*process)->pid());
        return process;
      }
      // A group that could be made but not entered: what a container's half-delegated hierarchy looks like.
      if (!first || spec.join_files.empty() || process.error().kind() != base::ErrorKind::invalid)
        return process.error();
      meter_.end(handle());
      handle_.reset();
      group_.give_up_control_group();
    }
  }

  // Before join_files() is asked: a limit may bring another hierarchy.
  base::Result<void> contain(os::SpawnSpec& spec) {
    if (!request_.contained) return {};
    auto bounds = request_.contained->bounds;
    bounds.program = spec.program, bounds.group = group_.control_group();
    FFWATT_TRY(auto plan, sandbox::plan(host_, request_.contained->mode, bounds));
    spec.steps = std::move(plan.steps);
    memory_limit_ = plan.memory_limit;
    report_.sandbox = jobs::Sandbox{std::string(sandbox::name(request_.contained->mode)), {}};
    for (auto& layer : plan.layers)
      report_.sandbox->layers.push_back({std::move(layer.name),
                                         layer.state == sandbox::LayerState::State::on
                                             ? jobs::Sandbox::Layer::State::on
                                             : jobs::Sandbox::Layer::State::missing,
                                         std::move(layer.detail)});
    return {};
  }

  std::optional<units::Bytes> memory_limit_hit() {
    auto* const group = group_.control_group();
    return group && group->out_of_memory_kills().value_or(0) > 0 ? memory_limit_ : std::nullopt;
  }

  // Both are there from the first command on.
  meter::Meter::Handle handle() const { return handle_.value_or(0); }
  units::Instant began() const { return began_.value_or(units::Instant{}); }

  // As a shell would be told to run them.
  void add_command(const Command& command) {
    if (!report_.command.empty()) report_.command.emplace_back("&&");
    for (auto& word : shown_command(command)) report_.command.push_back(std::move(word));
  }

  WatchSettings watch_settings(os::Process& process) {
    WatchSettings settings;
    const bool captured = request_.terminal == Request::Terminal::captured;
    settings.standing = captured ? Standing::in_its_own : Standing::in_our_group;
    settings.grace = request_.grace;
    if (request_.timeout) settings.deadline = began().boot + *request_.timeout;
    if (captured && request_.progress_pipe == Request::ProgressPipe::yes) settings.stall = request_.stall;
    settings.signals = request_.signals;
    settings.cancel = request_.cancel;
    settings.kill = [this, &process] { group_.kill(process); };
    if (request_.on_progress) {
      settings.on_tick = [this](const auto& progress) {
        request_.on_progress(
            {progress, meter_.live(handle()), host_.clock.boot() - began().boot, static_cast<int>(number_)});
      };
    }
    return settings;
  }

  std::optional<os::ExitStatus> reap(os::Process& process) {
    // While its leader is not reaped, the process group cannot be anybody else's.
    if (request_.terminal == Request::Terminal::captured) (void)process.signal_group(SIGKILL).ok();
    const auto status = process.wait();
    return status ? std::optional(*status) : std::nullopt;
  }

  void describe(const Command& command, const ChildWatch& watch, const std::optional<os::ExitStatus>& status,
                std::optional<units::Seconds> cpu_time) {
    const auto ended = status ? status->ended : host_.clock.now();
    report_.id = request_.id, report_.name = request_.name, report_.kind = request_.kind;
    report_.node = node_name(host_);
    report_.tags = request_.tags;
    report_.timings.encoding = began().wall;
    report_.timings.ended = ended.wall;
    report_.timings.elapsed = ended.boot - began().boot;
    report_.cpu_time = cpu_time;
    if (status) report_.peak_memory = peak_;
    report_.log_tail = log_.text();
    report_.progress = watch.progress();
    const bool ffmpeg = media::is_ffmpeg(command.program.filename().string());
    if (!report_.progress && ffmpeg) report_.progress = media::last_status_line(report_.log_tail);
    report_.outcome = outcome_of({
        .program = command.program.filename().string(),
        .cause = watch.cause(),
        .status = status,
        .elapsed = report_.timings.elapsed,
        .timeout = request_.timeout.value_or(units::Seconds(0)),
        .stall = request_.stall,
        .memory_limit = memory_limit_hit(),
        .log = report_.log_tail,
        .speaks = ffmpeg ? Ending::Speaks::ffmpeg : Ending::Speaks::other,
        .log_place = request_.terminal == Request::Terminal::captured ? Ending::Log::captured : Ending::Log::elsewhere,
    });
    if (log_.copy_fault()) report_.caveats.push_back(*log_.copy_fault());
    const bool partial = watch.cause() != StopCause::none;
    if (partial) report_.caveats.push_back("the figures are those of the part that ran: " + report_.outcome.error);
  }

  void take(meter::WorkloadEnergy energy) {
    report_.energy = std::move(energy.energy);
    // The run's own mean, so that power × time is its energy; peak and trace are of the whole scope.
    const auto* top = jobs::headline(report_.energy);
    const auto elapsed = report_.timings.elapsed;
    report_.power = top && elapsed > units::Seconds(0)
                        ? top->energy.map<units::Watts>([&](units::Joules q) { return q / elapsed; })
                        : std::move(energy.power);
    report_.peak_power = std::move(energy.peak);
    report_.trace = std::move(energy.trace);
    report_.power_trace = std::move(energy.power_trace);
    jobs::limit_power_trace(report_);
    report_.caveats.insert(report_.caveats.end(), energy.caveats.begin(), energy.caveats.end());
  }

  // What the command left running: its own affair where it had our terminal and ended by itself (it may have started a
  // server); else nobody would ever end it.
  void clean_up(os::Process& process, StopCause cause) {
    const auto left = group_.left_over();
    if (!left.empty()) {
      const bool users_own =
          request_.terminal == Request::Terminal::terminal && cause != StopCause::timeout && cause != StopCause::cancel;
      const auto count = left.size() == 1 ? std::string("1 process") : base::format("{} processes", left.size());
      if (users_own) {
        report_.caveats.push_back(base::format(
            "{} of the command still run in the background; what they take from now on is not counted", count));
      } else {
        group_.kill(process);
        report_.caveats.push_back(base::format("{} of the command outlived it and had to be killed", count));
      }
    }
    group_.remove();
  }

  os::Host& host_;
  meter::Meter& meter_;
  Request request_;
  WorkloadGroup group_;
  LogTail log_;
  std::optional<units::Bytes> memory_limit_;    // of the control group
  std::optional<meter::Meter::Handle> handle_;  // of all its commands together
  std::size_t number_ = 1;                      // of the command that runs
  std::optional<units::Instant> began_;         // the first of them
  units::Seconds own_cpu_{};                    // of all that have ended
  units::Bytes peak_{};                         // of the largest
  bool finished_ = false;
  jobs::Report report_;
};

}  // namespace

base::Result<jobs::Report> run_workload(os::Host& host, meter::Meter& meter, Request request) {
  return Run(host, meter, std::move(request))();
}

}  // namespace runner
