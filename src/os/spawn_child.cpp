#include "os/spawn_child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace os {
namespace {

class Child {
 public:
  explicit Child(ChildPlan& plan) : plan_(plan) {}

  [[noreturn]] void run() {
    // First of all out of the way of the numbers that the child is to have.
    const int pipe = ::fcntl(plan_.error_pipe, F_DUPFD_CLOEXEC, plan_.lowest_free);
    if (pipe < 0) fail(ChildStage::descriptors);
    plan_.error_pipe = pipe;
    die_with_parent();
    if (plan_.group == SpawnSpec::Group::own && ::setpgid(0, 0) != 0) fail(ChildStage::own_group);
    join();
    if (plan_.folder && ::chdir(plan_.folder) != 0) fail(ChildStage::folder);
    arrange_descriptors();
    reset_signals();
    take_steps();
    ::execve(plan_.program, plan_.arguments.data(), plan_.environment.data());
    fail(ChildStage::exec);
  }

 private:
  [[noreturn]] void fail(ChildStage stage, int index = 0) {
    const ChildFault fault{stage, errno, index};
    // Less than PIPE_BUF, so whole or not at all.
    [[maybe_unused]] const auto written = ::write(plan_.error_pipe, &fault, sizeof fault);
    ::_exit(127);
  }

  void die_with_parent() {
    if (plan_.when_we_die != SpawnSpec::WhenWeDie::killed) return;
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(ChildStage::die_with_parent);
    // The parent may have died before the call above; then no signal comes any more.
    if (::getppid() != plan_.parent) ::_exit(127);
  }

  // "0" is the writer itself, in both versions of control groups.
  void join() {
    for (std::size_t i = 0; i < plan_.join_files.size(); ++i) {
      const int file = ::open(plan_.join_files[i], O_WRONLY | O_CLOEXEC);
      if (file < 0 || ::write(file, "0\n", 2) != 2) fail(ChildStage::join, static_cast<int>(i));
      ::close(file);
    }
  }

  void arrange_descriptors() {
    // Copies above all wanted numbers first: {1→2, 2→1} must swap, not end up both the same.
    for (std::size_t i = 0; i < plan_.descriptors.size(); ++i) {
      plan_.copies[i] = ::fcntl(plan_.descriptors[i].second, F_DUPFD_CLOEXEC, plan_.lowest_free);
      if (plan_.copies[i] < 0) fail(ChildStage::descriptors);
    }
    mark_all_close_on_exec();
    for (std::size_t i = 0; i < plan_.descriptors.size(); ++i) {
      if (::dup2(plan_.copies[i], plan_.descriptors[i].first) < 0) fail(ChildStage::descriptors);
    }
  }

  void mark_all_close_on_exec() {
    if (::close_range(0, ~0u, CLOSE_RANGE_CLOEXEC) == 0) return;
    // Before Linux 5.11, or where a sandbox refuses the call.
    for (int fd = 0; fd <= plan_.last_descriptor; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }

  void take_steps() {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const int failure = plan_.steps[i]->apply();
      if (failure == 0) continue;
      errno = failure;
      fail(ChildStage::step, static_cast<int>(i));
    }
  }

  // An ignored signal would stay ignored over exec, a blocked one blocked: ffmpeg could not be stopped.
  static void reset_signals() {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < NSIG; ++number) ::sigaction(number, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }

  ChildPlan& plan_;
};

}  // namespace

void become(ChildPlan& plan) { Child(plan).run(); }

}  // namespace os
