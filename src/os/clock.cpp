#include "os/clock.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

#include "os/posix.h"
#include "os/wait.h"

namespace os {
namespace {

// futex(2): waits while the word is `value`, at most so long; or wakes so many that wait. Whatever it answers, its
// caller looks at word and clock again.
void futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value, const timespec* time) {
  static_assert(sizeof word == sizeof(std::uint32_t));
  ::syscall(SYS_futex, &word, operation, value, time, nullptr, 0);
}

class PosixClock final : public Clock {
 public:
  units::WallTime wall() const override {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return units::WallTime::from_nanoseconds(std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec);
  }

  units::BootTime boot() const override { return boot_time_now(); }

  units::Seconds thread_cpu() const override {
    timespec used{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return units::Seconds(static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9);
  }

  units::Seconds utc_offset(units::WallTime at) const override {
    const auto seconds = static_cast<time_t>(at.nanoseconds() / 1'000'000'000);
    tm local{};
    return ::localtime_r(&seconds, &local) ? units::Seconds(static_cast<double>(local.tm_gmtoff)) : units::Seconds(0);
  }

  Woken sleep_until(units::BootTime deadline, std::stop_token stop) const override {
    if (deadline > boot() + kBriefWait)
      return wait_readable({}, deadline, stop) == WaitEnd::stopped ? Woken::stopped : Woken::deadline;
    // Made and closed for each of ten sleeps a second, an event descriptor takes more than the sleep itself; and a
    // condition variable wakes nobody with a system call of its own each time.
    std::atomic<std::uint32_t> stopped = 0;
    const std::stop_callback on_stop(stop, [&] {
      stopped = 1;
      futex(stopped, FUTEX_WAKE_PRIVATE, 1, nullptr);
    });
    for (;;) {
      if (stopped != 0) return Woken::stopped;
      const auto now = boot();
      if (now >= deadline) return Woken::deadline;
      const auto left = deadline.nanoseconds() - now.nanoseconds();
      const timespec time{left / 1'000'000'000, left % 1'000'000'000};
      futex(stopped, FUTEX_WAIT_PRIVATE, 0, &time);
    }
  }
};

}  // namespace

std::unique_ptr<Clock> posix_clock() { return std::make_unique<PosixClock>(); }

}  // namespace os
