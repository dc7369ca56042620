// The command that stories hand to ffwatt when they want to know what reaches a command.
//   story_child signals CODE   prints "ready", then each SIGINT and SIGTERM as it comes; at a line on stdin it prints
//                              how many there were and exits with CODE
//   story_child file NAME      prints "ready" and waits until the file is there, or fails when its folder goes
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace {

int count_signals(int code) {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  const int signals = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  int interrupts = 0, terminates = 0;
  const auto take = [&] {
    signalfd_siginfo info{};
    while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      const bool interrupt = info.ssi_signo == SIGINT;
      ++(interrupt ? interrupts : terminates);
      std::puts(interrupt ? "got SIGINT" : "got SIGTERM");
      std::fflush(stdout);
    }
  };
  std::puts("ready");
  std::fflush(stdout);
  std::array<pollfd, 2> wanted{{{signals, POLLIN, 0}, {0, POLLIN, 0}}};
  while (!wanted[1].revents) {
    ::poll(wanted.data(), wanted.size(), -1);
    take();
  }
  take();
  std::printf("SIGINT %d SIGTERM %d\n", interrupts, terminates);
  return code;
}

int wait_for(const std::filesystem::path& file) {
  const int watch = ::inotify_init1(IN_CLOEXEC);
  ::inotify_add_watch(watch, file.parent_path().c_str(), IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF);
  std::puts("ready");
  std::fflush(stdout);
  std::array<char, 4096> buffer;
  while (!std::filesystem::exists(file)) {
    // The story that wanted it has gone, with its folder.
    if (!std::filesystem::exists(file.parent_path())) return 1;
    if (::read(watch, buffer.data(), buffer.size()) <= 0) return 1;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count == 3 && std::strcmp(words[1], "signals") == 0) return count_signals(std::atoi(words[2]));
  if (count == 3 && std::strcmp(words[1], "file") == 0) return wait_for(words[2]);
  return 2;
}
