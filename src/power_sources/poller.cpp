#include "power_sources/poller.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <optional>

#include "base/format.h"

namespace power_sources {
namespace {

// One answer may be lost, and the next may be late: then a reading is this old.
constexpr double kPatiencePeriods = 2.5;

}  // namespace

// Shared with the thread, which may outlive the Poller where the device hangs.
struct Poller::State {
  State(const os::Clock& c, std::size_t count, units::Seconds p, Poll f)
      : clock(c), period(p), poll(std::move(f)), zones(count) {}

  struct Zone {
    std::optional<power::Reading> newest;
    std::optional<base::Error> error;  // of the last poll
  };

  void take(const power::Readings& readings, units::BootTime now) {
    const std::lock_guard lock(mutex);
    asked = now;
    for (const auto& reading : readings.good) {
      if (reading.zone >= zones.size()) continue;
      zones[reading.zone].newest = reading;
      zones[reading.zone].error.reset();
    }
    for (const auto& fault : readings.faults)
      if (fault.zone < zones.size()) zones[fault.zone].error = fault.error;
  }

  // With `mutex` held.
  std::optional<base::Error> trouble(const Zone& zone, units::BootTime now) const {
    if (zone.error && zone.error->kind() != base::ErrorKind::retry) return zone.error;
    auto since = started.value_or(now);
    if (zone.newest) since = std::max(since, zone.newest->at);
    const auto silence = now - since;
    if (silence > period * kPatiencePeriods)
      return base::Error::retry(base::format("has not answered for {:.0f} s{}", silence.value(),
                                             zone.error ? " (" + zone.error->text() + ")" : ""));
    if (zone.newest) return std::nullopt;
    return zone.error ? *zone.error : base::Error::retry("has not answered yet");
  }

  const os::Clock& clock;
  const units::Seconds period;
  const Poll poll;

  std::mutex mutex;  // guards what is below; never held while the device is asked
  std::vector<Zone> zones;
  std::optional<units::BootTime> asked, started;
};

// One life of the thread.
struct Poller::Run {
  std::stop_source stop;
  std::mutex mutex;
  std::condition_variable changed;
  enum class Ended { no, yes } ended = Ended::no;
};

Poller::Poller(const os::Clock& clock, std::size_t zones, Pace pace, Poll poll)
    : pace_(pace), state_(std::make_shared<State>(clock, zones, pace.period, std::move(poll))) {}

Poller::~Poller() { stop(); }

void Poller::start() {
  const std::lock_guard lock(mutex_);
  if (run_) return;
  run_ = std::make_shared<Run>();
  {
    const std::lock_guard state_lock(state_->mutex);
    state_->started = state_->clock.boot();
  }
  thread_ = std::thread([state = state_, run = run_] { loop(state, run); });
}

void Poller::stop() {
  const std::lock_guard lock(mutex_);
  if (!thread_.joinable()) return;
  run_->stop.request_stop();
  std::unique_lock run_lock(run_->mutex);
  const auto grace = std::chrono::duration<double>(pace_.grace.value());
  const bool ended = run_->changed.wait_for(run_lock, grace, [&] { return run_->ended == Run::Ended::yes; });
  run_lock.unlock();
  if (ended) {
    thread_.join();
    run_.reset();
  } else {
    // Nothing ends a call that hangs in a driver. run_ stays, so that no second thread asks beside it.
    thread_.detach();
  }
}

void Poller::loop(std::shared_ptr<State> state, std::shared_ptr<Run> run) {
  const PollClock clock{state->clock, run->stop.get_token()};
  auto due = clock.now();
  {
    const std::lock_guard lock(state->mutex);
    if (const auto asked = state->asked) due = std::max(due, *asked + state->period);
  }
  power::Readings readings;
  while (!clock.stop.stop_requested() && state->clock.sleep_until(due, clock.stop) == os::Clock::Woken::deadline) {
    readings.clear();
    state->poll(clock, readings);
    const auto now = clock.now();
    if (clock.stop.stop_requested()) break;
    state->take(readings, now);
    // Deadlines that passed meanwhile are left out, never caught up.
    const double missed = std::max(0.0, std::floor((now - due) / state->period));
    due = due + state->period * (missed + 1);
  }
  const std::lock_guard lock(run->mutex);
  run->ended = Run::Ended::yes;
  run->changed.notify_all();
}

void Poller::begin_with(const power::Readings& readings) { state_->take(readings, state_->clock.boot()); }

void Poller::read(units::BootTime now, power::Readings& out) {
  start();
  const std::lock_guard lock(state_->mutex);
  for (std::size_t i = 0; i < state_->zones.size(); ++i) {
    const auto& zone = state_->zones[i];
    if (auto trouble = state_->trouble(zone, now))
      out.faults.push_back({i, *std::move(trouble)});
    else if (const auto& newest = zone.newest)  // it is there where there is no trouble
      out.good.push_back(*newest);
  }
}

}  // namespace power_sources
