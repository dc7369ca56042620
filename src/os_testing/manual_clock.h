// ManualClock: time that stands still until a test moves it. Only TEST_DEPENDS may name this module.
// Any thread. A test need not sleep: await_…() blocks until the code under test has gone to sleep, advance() wakes it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>

#include "os/clock.h"

namespace os_testing {

class ManualClock final : public os::Clock {
 public:
  // 2026-01-31T09:00:00Z, an hour after boot: no test should depend on which.
  ManualClock();
  explicit ManualClock(units::Instant start);

  units::WallTime wall() const override;
  units::BootTime boot() const override;
  Woken sleep_until(units::BootTime deadline, std::stop_token stop) const override;

  // Moves both times on and wakes the sleepers whose deadline has come.
  void advance(units::Seconds by);
  void advance_to(units::BootTime time);  // never back
  // The wall clock alone: NTP or a person has set it.
  void jump_wall(units::Seconds by);

  // Blocks until some thread sleeps; its deadline, or the earliest where several sleep.
  units::BootTime await_sleeper() const;
  // Blocks until at least `count` threads sleep.
  void await_sleepers(std::size_t count) const;
  // Blocks until some thread sleeps for `deadline` or longer.
  void await_sleep_until(units::BootTime deadline) const;
  // await_sleeper(), then advance to its deadline; the new time.
  units::BootTime advance_to_next_sleeper();

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  units::Instant now_;
  mutable std::multiset<units::BootTime> sleepers_;  // deadlines that have not come yet
};

}  // namespace os_testing
