#include "os/signals.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "os/wait.h"

namespace os {

SignalSet::SignalSet(std::initializer_list<int> numbers) : numbers_(numbers) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : numbers) ::sigaddset(&set, number);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, nullptr);
  descriptor_ = Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

// The signals stay blocked: unblocking would let one that waits end the program in the middle of its own ending.
SignalSet::~SignalSet() = default;

void SignalSet::let_through() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : numbers_) ::sigaddset(&set, number);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

std::optional<SignalSet::Event> SignalSet::wait_until(units::BootTime deadline, int also) {
  pollfd descriptors[]{{descriptor_.get(), POLLIN, 0}, {also, POLLIN, 0}};
  if (wait_readable(descriptors, deadline, {}) != WaitEnd::readable) return std::nullopt;
  signalfd_siginfo info{};
  if (::read(descriptor_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  const bool from_kernel = info.ssi_code == SI_KERNEL;
  const Event event{static_cast<int>(info.ssi_signo), from_kernel ? 0 : static_cast<pid_t>(info.ssi_pid)};
  if (!first_) first_ = event;
  return event;
}

}  // namespace os
