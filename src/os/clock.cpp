#include "os/clock.h"

#include <time.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "os/posix.h"
#include "os/wait.h"

namespace os {
namespace {

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
    // Made and closed for each of ten sleeps a second, an event descriptor takes more than the sleep itself.
    std::mutex mutex;
    std::condition_variable stopped;
    const std::stop_callback on_stop(stop, [&] {
      const std::lock_guard lock(mutex);
      stopped.notify_all();
    });
    std::unique_lock lock(mutex);  // given back before on_stop waits for its callback
    for (;;) {
      if (stop.stop_requested()) return Woken::stopped;
      const auto now = boot();
      if (now >= deadline) return Woken::deadline;
      stopped.wait_for(lock, std::chrono::nanoseconds(deadline.nanoseconds() - now.nanoseconds()));
    }
  }
};

}  // namespace

std::unique_ptr<Clock> posix_clock() { return std::make_unique<PosixClock>(); }

}  // namespace os
