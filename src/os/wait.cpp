#include "os/wait.h"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "os/processes.h"

namespace os {
namespace {

// poll() takes milliseconds of CLOCK_MONOTONIC, which stands still while the machine sleeps; a timer descriptor does
// not.
Descriptor timer_at(units::BootTime deadline) {
  Descriptor timer(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!timer) return timer;
  itimerspec spec{};
  const auto ns = std::max<std::int64_t>(deadline.nanoseconds(), 1);  // zero would disarm it
  spec.it_value.tv_sec = ns / 1'000'000'000;
  spec.it_value.tv_nsec = ns % 1'000'000'000;
  if (::timerfd_settime(timer.get(), TFD_TIMER_ABSTIME, &spec, nullptr) != 0) timer.reset();
  return timer;
}

// Where descriptors have run out we still wait, in slices, and look at clock and token after each.
constexpr std::int64_t kSlice = 20'000'000;

timespec timespec_of(std::int64_t nanoseconds) { return {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000}; }

void raise_event(int event) {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(event, &one, sizeof one);
}

}  // namespace

units::BootTime boot_time_now() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return units::BootTime::from_nanoseconds(std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec);
}

WaitEnd wait_readable(std::span<pollfd> descriptors, units::BootTime deadline, const std::stop_token& stop) {
  Descriptor event;
  if (stop.stop_possible()) event = Descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  // Runs at once where the stop was requested already.
  std::stop_callback on_stop(stop, [fd = event.get()] {
    if (fd >= 0) raise_event(fd);
  });
  const bool brief = deadline <= boot_time_now() + kBriefWait;
  const Descriptor timer = brief ? Descriptor() : timer_at(deadline);
  const bool in_slices = (!brief && !timer) || (stop.stop_possible() && !event);

  std::vector<pollfd> all(descriptors.begin(), descriptors.end());
  all.push_back({timer.get(), POLLIN, 0});
  all.push_back({event.get(), POLLIN, 0});
  for (;;) {
    for (auto& entry : all) entry.revents = 0;
    // A deadline in the past is a look, without waiting.
    const auto now = boot_time_now();
    const bool past = now >= deadline;
    auto most = past ? 0 : brief ? deadline.nanoseconds() - now.nanoseconds() : kSlice;
    if (in_slices) most = std::min(most, kSlice);
    const auto timeout = timespec_of(most);
    const int ready = ::ppoll(all.data(), all.size(), past || brief || in_slices ? &timeout : nullptr, nullptr);
    if (stop.stop_requested()) return WaitEnd::stopped;
    bool readable = false;
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
      descriptors[i].revents = all[i].revents;
      readable = readable || all[i].revents != 0;
    }
    if (readable) return WaitEnd::readable;
    // Nothing was ready all the time: no need to look again.
    if (past || (ready == 0 && boot_time_now() >= deadline)) return WaitEnd::deadline;
  }
}

}  // namespace os
