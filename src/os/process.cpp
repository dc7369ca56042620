#include "os/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits>

#include "base/format.h"
#include "os/wait.h"

namespace os {
namespace {

units::Seconds seconds(const timeval& time) {
  return units::Seconds(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6);
}

base::Error ended(pid_t pid) { return base::Error::absent(base::format("process {} has ended", pid)); }

class PosixProcess final : public Process {
 public:
  PosixProcess(ChildHandle handle, const Clock& clock) : handle_(std::move(handle)), clock_(clock) {}

  pid_t pid() const override { return handle_.pid; }
  units::Instant started() const override { return handle_.started; }
  int ready_descriptor() const override { return handle_.pidfd.get(); }

  base::Result<std::optional<ExitStatus>> wait_until(units::BootTime deadline, std::stop_token stop) override {
    if (status_) return status_;
    pollfd end[]{{handle_.pidfd.get(), POLLIN, 0}};
    if (wait_readable(end, deadline, stop) != WaitEnd::readable) return std::optional<ExitStatus>();
    FFWATT_TRY(status_, reap());
    return status_;
  }

  base::Result<void> signal(int number) override {
    if (has_ended(handle_.pidfd)) return ended(handle_.pid);
    const int failure = signal_pidfd(handle_.pidfd, number);
    if (failure == ESRCH) return ended(handle_.pid);
    if (failure != 0) return base::Error::from_errno(failure, base::format("signalling process {}", handle_.pid));
    return {};
  }

  base::Result<void> signal_group(int number) override {
    if (handle_.group != SpawnSpec::Group::own) {
      return base::Error::invalid(base::format("process {} leads no group of its own", handle_.pid));
    }
    if (::kill(-handle_.pid, number) == 0) return {};
    if (errno == ESRCH) return base::Error::absent(base::format("process group {} has ended", handle_.pid));
    return base::Error::from_errno(errno, base::format("signalling process group {}", handle_.pid));
  }

 private:
  base::Result<ExitStatus> reap() {
    int status = 0;
    rusage usage{};
    while (::wait4(handle_.pid, &status, 0, &usage) < 0) {
      if (errno != EINTR) return base::Error::from_errno(errno, base::format("waiting for process {}", handle_.pid));
    }
    ExitStatus exit;
    exit.ended = clock_.now();
    if (WIFSIGNALED(status)) {
      exit.signal = WTERMSIG(status);
    } else {
      exit.code = WEXITSTATUS(status);
    }
    exit.user_cpu = seconds(usage.ru_utime);
    exit.system_cpu = seconds(usage.ru_stime);
    exit.peak_memory = units::Bytes(static_cast<double>(usage.ru_maxrss) * 1024);  // getrusage(2): kibibytes
    return exit;
  }

  ChildHandle handle_;
  const Clock& clock_;
  std::optional<ExitStatus> status_;
};

}  // namespace

std::unique_ptr<Process> posix_process(ChildHandle handle, const Clock& clock) {
  return std::make_unique<PosixProcess>(std::move(handle), clock);
}

base::Result<ExitStatus> Process::wait() {
  for (;;) {
    const auto never = units::BootTime::from_nanoseconds(std::numeric_limits<std::int64_t>::max());
    FFWATT_TRY(auto status, wait_until(never));
    if (status) return *status;
  }
}

// glibc 2.36 declares neither call for C++ without conflict on every Debian; the numbers are the kernel's contract.
Descriptor open_pidfd(pid_t pid) { return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))); }

bool has_ended(const Descriptor& pidfd) {
  pollfd end{pidfd.get(), POLLIN, 0};
  return ::poll(&end, 1, 0) > 0;
}

int signal_pidfd(const Descriptor& pidfd, int number) {
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), number, nullptr, 0) == 0 ? 0 : errno;
}

}  // namespace os
