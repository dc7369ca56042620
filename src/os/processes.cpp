#include "os/processes.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "os/file_error.h"
#include "os/posix.h"
#include "os/process.h"
#include "os/process_stat.h"
#include "os/spawn_child.h"
#include "os/wait.h"

namespace os {
namespace {

base::Error child_error(const ChildFault& fault, const SpawnSpec& spec) {
  const std::string starting = base::format("starting {}", spec.program.string());
  switch (fault.stage) {
    case ChildStage::exec:
      if (fault.number == ENOENT) {
        // A script whose interpreter is missing gives the same errno as a missing program.
        return base::Error::absent(starting + ": there is no such program (or its interpreter is missing)");
      }
      if (fault.number == EACCES || fault.number == EPERM) return file_error(fault.number, "starting", spec.program);
      if (fault.number == ENOEXEC) return base::Error::invalid(starting + ": not a program for this machine");
      return base::Error::from_errno(fault.number, starting);
    case ChildStage::join: {
      const auto& file = spec.join_files[static_cast<std::size_t>(fault.index)];
      const auto reason = file_error(fault.number, "joining the control group", file);
      return base::Error::invalid(reason.in(starting).text());
    }
    case ChildStage::step: {
      const auto& step = *spec.steps[static_cast<std::size_t>(fault.index)];
      return base::Error::failed(
          base::Error::from_errno(fault.number, base::format("{}: {}", starting, step.name())).text());
    }
    case ChildStage::folder: {
      const auto folder = spec.folder.value_or(Path());  // there is one, else the child does not take this step
      return base::Error::invalid(file_error(fault.number, "entering the folder", folder).in(starting).text());
    }
    case ChildStage::descriptors:
      return base::Error::from_errno(fault.number, starting + ": passing its descriptors");
    case ChildStage::own_group:
      return base::Error::from_errno(fault.number, starting + ": making a process group");
    case ChildStage::die_with_parent:
      return base::Error::from_errno(fault.number, starting + ": PR_SET_PDEATHSIG");
  }
  return base::Error::from_errno(fault.number, starting);
}

// Keeps the strings that a ChildPlan points to.
struct Strings {
  std::string program, folder;
  std::vector<std::string> arguments, environment, join_files;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// A relative path must still mean the same after the child has changed its folder.
Path anchored(const Path& path) {
  std::error_code failure;
  auto absolute = std::filesystem::absolute(path, failure);
  return failure ? path : absolute;
}

void fill(ChildPlan& plan, Strings& strings, const SpawnSpec& spec, int null_device) {
  strings.program = anchored(spec.program).string();
  strings.arguments.push_back(spec.name.value_or(spec.program.string()));
  strings.arguments.insert(strings.arguments.end(), spec.arguments.begin(), spec.arguments.end());
  for (const auto& [name, value] : spec.environment) strings.environment.push_back(name + "=" + value);
  for (const auto& file : spec.join_files) strings.join_files.push_back(file.string());

  plan.program = strings.program.c_str();
  plan.arguments = pointers(strings.arguments);
  plan.environment = pointers(strings.environment);
  for (const auto& file : strings.join_files) plan.join_files.push_back(file.c_str());
  for (const auto& step : spec.steps) plan.steps.push_back(step.get());
  if (spec.folder) {
    strings.folder = spec.folder->string();
    plan.folder = strings.folder.c_str();
  }
  for (const auto& [theirs, ours] : spec.descriptors) {
    plan.descriptors.emplace_back(theirs, ours < 0 ? null_device : ours);
    plan.lowest_free = std::max(plan.lowest_free, theirs + 1);
  }
  plan.copies.resize(plan.descriptors.size());
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  plan.last_descriptor = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 65536));
  plan.parent = ::getpid();
  plan.group = spec.group;
  plan.when_we_die = spec.when_we_die;
}

// execve takes texts that end at the first zero byte; a longer one would be cut without a word.
bool has_zero_byte(const SpawnSpec& spec) {
  const auto zero = [](const std::string& text) { return text.find('\0') != text.npos; };
  return zero(spec.program.string()) || zero(spec.name.value_or("")) ||
         std::any_of(spec.arguments.begin(), spec.arguments.end(), zero) ||
         std::any_of(spec.environment.begin(), spec.environment.end(),
                     [&](const auto& entry) { return zero(entry.first) || zero(entry.second); });
}

class PosixProcesses final : public Processes {
 public:
  explicit PosixProcesses(const Clock& clock) : clock_(clock) {}

  base::Result<std::unique_ptr<Process>> spawn(const SpawnSpec& spec) override {
    if (spec.program.string().find('/') == std::string::npos) {
      return base::Error::invalid(
          base::format("starting '{}': the program must be a path, as find_program() gives", spec.program.string()));
    }
    if (has_zero_byte(spec)) {
      return base::Error::invalid(
          base::format("starting {}: a zero byte in an argument or variable", spec.program.string()));
    }
    const Descriptor null_device(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null_device) return file_error(errno, "opening", "/dev/null");
    FFWATT_TRY(Pipe error_pipe, pipe());
    Strings strings;
    ChildPlan plan;
    fill(plan, strings, spec, null_device.get());
    plan.error_pipe = error_pipe.write.get();

    ChildHandle handle;
    handle.group = spec.group;
    handle.started = clock_.now();
    // No handler of ours may run in the child: it would act on our descriptors. The child unblocks after resetting
    // them.
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    handle.pid = ::fork();
    if (handle.pid == 0) become(plan);
    const int fork_failure = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (handle.pid < 0) {
      return base::Error::from_errno(fork_failure, base::format("starting {}: fork", spec.program.string()));
    }

    error_pipe.write.reset();
    ChildFault fault{};
    ssize_t got = 0;
    do {
      got = ::read(error_pipe.read.get(), &fault, sizeof fault);
    } while (got < 0 && errno == EINTR);
    if (got == static_cast<ssize_t>(sizeof fault)) {
      reap(handle.pid);
      return child_error(fault, spec);
    }
    handle.pidfd = open_pidfd(handle.pid);
    if (!handle.pidfd) {
      const int failure = errno;
      ::kill(handle.pid, SIGKILL);
      reap(handle.pid);
      return base::Error::from_errno(failure, base::format("starting {}: pidfd_open", spec.program.string()));
    }
    return posix_process(std::move(handle), clock_);
  }

  base::Result<Pipe> pipe() override {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return base::Error::from_errno(errno, "making a pipe");
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  }

  pid_t own_pid() const override { return ::getpid(); }

  base::Result<void> signal(pid_t pid, std::uint64_t wanted_ticks, int number) override {
    FFWATT_TRY(const Descriptor pidfd, pin(pid, wanted_ticks));
    const int failure = signal_pidfd(pidfd, number);
    if (failure == ESRCH) return gone(pid);
    if (failure != 0) return base::Error::from_errno(failure, base::format("signalling process {}", pid));
    return {};
  }

  base::Result<Awaited> await_end(pid_t pid, std::uint64_t wanted_ticks, units::BootTime deadline,
                                  std::stop_token stop) override {
    const auto pidfd = pin(pid, wanted_ticks);
    if (!pidfd && pidfd.error().kind() == base::ErrorKind::absent) return Awaited::ended;
    if (!pidfd) return pidfd.error();
    pollfd wanted{pidfd->get(), POLLIN, 0};
    switch (wait_readable({&wanted, 1}, deadline, stop)) {
      case WaitEnd::readable:
        return Awaited::ended;
      case WaitEnd::deadline:
        return Awaited::deadline;
      case WaitEnd::stopped:
        break;
    }
    return Awaited::stopped;
  }

  base::Result<std::uint64_t> start_ticks(pid_t pid) const override {
    const Path path = base::format("/proc/{}/stat", pid);
    FFWATT_TRY(const std::string text, files_->read(path));
    const auto stat = parse_process_stat(text);
    if (!stat) return base::Error::failed(base::format("reading {}: no start time in it", path.string()));
    return stat->start_ticks;
  }

 private:
  static base::Error gone(pid_t pid) { return base::Error::absent(base::format("process {} has ended", pid)); }

  // A descriptor of the very process that was started at `wanted_ticks`; absent where it has ended.
  base::Result<Descriptor> pin(pid_t pid, std::uint64_t wanted_ticks) const {
    // 0 and negative numbers would mean whole groups, and 1 is init.
    if (pid <= 1) return base::Error::invalid(base::format("{} names no process of ours", pid));
    // The pidfd pins the process first; then the ticks tell whether it is the one that was meant.
    Descriptor pidfd = open_pidfd(pid);
    if (!pidfd) {
      if (errno == ESRCH || errno == EINVAL) return gone(pid);
      return base::Error::from_errno(errno, base::format("looking at process {}", pid));
    }
    FFWATT_TRY(const std::uint64_t ticks, start_ticks(pid));
    if (ticks != wanted_ticks || has_ended(pidfd)) return gone(pid);
    return pidfd;
  }

  static void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  const Clock& clock_;
  std::unique_ptr<Files> files_ = posix_files();
};

}  // namespace

std::unique_ptr<Processes> posix_processes(const Clock& clock) { return std::make_unique<PosixProcesses>(clock); }

}  // namespace os
