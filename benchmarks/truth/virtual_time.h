// VirtualTime: a clock on which whatever waits for it makes time pass. The thread that sleeps plays all that happens
// until its deadline, and wakes at it: so a meter with its own thread lives through days in seconds, in the same order
// on every run, with no switch between threads.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "os/clock.h"

namespace truth {

// What happens meanwhile, in the order of time.
class Events {
 public:
  virtual ~Events() = default;
  virtual std::optional<units::BootTime> next() const = 0;  // nothing: there will be no more
  virtual void happen() = 0;                                // the next one; the clock stands at its time
};

class VirtualTime final : public os::Clock {
 public:
  units::WallTime wall() const override { return units::WallTime::from_nanoseconds(now_); }
  units::BootTime boot() const override { return units::BootTime::from_nanoseconds(now_); }
  Woken sleep_until(units::BootTime deadline, std::stop_token stop) const override;

  // What happens from now on. Before anybody sleeps.
  void play(Events& events) { events_ = &events, ended_ = false; }
  void advance(units::Seconds by) { set(boot() + by); }
  // Blocks until the last event has happened.
  void await_end() const;

 private:
  void set(units::BootTime time) const { now_ = time.nanoseconds(); }

  mutable std::atomic<std::int64_t> now_{3'600'000'000'000};
  Events* events_ = nullptr;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  mutable bool ended_ = false;
};

}  // namespace truth
