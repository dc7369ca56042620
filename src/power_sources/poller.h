// Poller: for devices that take their time. A thread asks the device at a pace of its own and keeps its newest answer,
// so that a source's read() never waits and no boundary read asks a device more often than it can bear.
// read(), start() and stop() may be called from any thread; start() and stop() are idempotent, destroying it stops it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "os/clock.h"
#include "power/source.h"

namespace power_sources {

// The time as a poll may use it. A poll may come back from a hanging driver long after its Poller was stopped, and its
// clock may be gone then; it gets no time any more.
struct PollClock {
  const os::Clock& clock;
  std::stop_token stop;
  units::BootTime now() const { return stop.stop_requested() ? units::BootTime() : clock.boot(); }
};

class Poller {
 public:
  // Asks the device once, and appends a reading or a fault for each zone. May wait; should end soon once `stop` of its
  // clock is requested. A fault of kind retry is passed on only where it lasts; any other at once.
  using Poll = std::function<void(const PollClock&, power::Readings&)>;
  struct Pace {
    units::Seconds period{1};
    // stop() waits this long (of real time) for a poll that hangs; then its thread is left behind.
    units::Seconds grace{2};
  };

  // `clock` outlives it. Nothing is asked before the first read() or start().
  Poller(const os::Clock& clock, std::size_t zones, Pace pace, Poll poll);
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void start();
  void stop();
  // What was read while the source was opened: the next poll is a period later.
  void begin_with(const power::Readings& readings);
  // Appends each zone's newest reading, with that reading's own time, or why there is none: "has not answered for N s"
  // where more than two periods have passed without one. Never waits for the device. Starts the thread.
  void read(units::BootTime now, power::Readings& out);

 private:
  struct State;
  struct Run;
  static void loop(std::shared_ptr<State> state, std::shared_ptr<Run> run);

  const Pace pace_;
  const std::shared_ptr<State> state_;
  std::mutex mutex_;  // guards what is below
  std::shared_ptr<Run> run_;
  std::thread thread_;
};

}  // namespace power_sources
