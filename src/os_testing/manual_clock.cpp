#include "os_testing/manual_clock.h"

#include <algorithm>

namespace os_testing {

ManualClock::ManualClock()
    : ManualClock({units::WallTime::from_seconds(1'769'850'000), units::BootTime::from_seconds(3600)}) {}

ManualClock::ManualClock(units::Instant start) : now_(start) {}

units::WallTime ManualClock::wall() const {
  const std::lock_guard lock(mutex_);
  return now_.wall;
}

units::BootTime ManualClock::boot() const {
  const std::lock_guard lock(mutex_);
  return now_.boot;
}

os::Clock::Woken ManualClock::sleep_until(units::BootTime deadline, std::stop_token stop) const {
  std::unique_lock lock(mutex_);
  if (stop.stop_requested()) return Woken::stopped;
  if (now_.boot >= deadline) return Woken::deadline;
  sleepers_.insert(deadline);
  changed_.notify_all();
  const bool came = changed_.wait(lock, stop, [&] { return now_.boot >= deadline; });
  // advance() has taken out those whose deadline came, so that nobody waits for a sleeper that is only still waking.
  if (!came) sleepers_.erase(sleepers_.find(deadline));
  return came ? Woken::deadline : Woken::stopped;
}

void ManualClock::advance(units::Seconds by) { advance_to(boot() + by); }

void ManualClock::advance_to(units::BootTime time) {
  const std::lock_guard lock(mutex_);
  if (time <= now_.boot) return;
  const auto ns = time.nanoseconds() - now_.boot.nanoseconds();
  now_.wall = units::WallTime::from_nanoseconds(now_.wall.nanoseconds() + ns);
  now_.boot = time;
  sleepers_.erase(sleepers_.begin(), sleepers_.upper_bound(time));
  changed_.notify_all();
}

void ManualClock::jump_wall(units::Seconds by) {
  const std::lock_guard lock(mutex_);
  now_.wall = now_.wall + by;
}

units::BootTime ManualClock::await_sleeper() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !sleepers_.empty(); });
  return *sleepers_.begin();
}

void ManualClock::await_sleepers(std::size_t count) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return sleepers_.size() >= count; });
}

void ManualClock::await_sleep_until(units::BootTime deadline) const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !sleepers_.empty() && *sleepers_.rbegin() >= deadline; });
}

units::BootTime ManualClock::advance_to_next_sleeper() {
  const auto deadline = await_sleeper();
  advance_to(deadline);
  return deadline;
}

}  // namespace os_testing
