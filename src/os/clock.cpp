#include "os/clock.h"

#include <time.h>

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

  Woken sleep_until(units::BootTime deadline, std::stop_token stop) const override {
    return wait_readable({}, deadline, stop) == WaitEnd::stopped ? Woken::stopped : Woken::deadline;
  }
};

}  // namespace

std::unique_ptr<Clock> posix_clock() { return std::make_unique<PosixClock>(); }

}  // namespace os
