// NodeClock: time as one machine sees it. Its wall clock may be set by hand and runs at a rate of its own, which its
// boot clock shares; the boot clock is never set.
#pragma once

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "base/scope_guard.h"
#include "os/clock.h"
#include "simulation/world.h"

namespace simulation {

class NodeClock final : public os::Clock {
 public:
  // rate: seconds of this machine in one true second.
  NodeClock(const World& world, double rate, units::Seconds wall_offset, units::Seconds up_since)
      : world_(world), rate_(rate), offset_(wall_offset), up_since_(up_since) {}

  units::BootTime boot() const override {
    return units::BootTime::from_nanoseconds(elapsed() + moment(up_since_) + waited_.value_or(0));
  }
  units::WallTime wall() const override {
    return units::WallTime::from_nanoseconds(beginning + elapsed() + moment(offset_));
  }
  void step_wall(units::Seconds by) { offset_ = offset_ + by; }
  void reboot() { up_since_ = units::Seconds(-seconds(elapsed()) + 10); }
  // When, in true time, the boot clock shows this.
  Moment when(units::BootTime deadline) const {
    const double left = static_cast<double>((deadline - boot()).value()) / rate_;
    return left > 1e9 ? world_.now() + moment(units::Seconds(1e9)) : world_.now() + moment(units::Seconds(left)) + 1;
  }
  // Nothing that is simulated may block, but for a program that waits for something while it starts: for that long the
  // time passes for it alone.
  Woken sleep_until(units::BootTime deadline, std::stop_token) const override {
    if (!waited_) throw std::logic_error("a simulated process tried to sleep");
    *waited_ += std::max<std::int64_t>(0, deadline.nanoseconds() - boot().nanoseconds());
    return Woken::deadline;
  }
  template <class Work>
  auto may_wait(Work work) {
    const base::OnExit after([this] { waited_.reset(); });
    waited_ = 0;
    return work();
  }

 private:
  static constexpr std::int64_t beginning = 1'769'850'000'000'000'000;  // 2026-01-31T09:00:00Z
  std::int64_t elapsed() const { return static_cast<std::int64_t>(static_cast<double>(world_.now()) * rate_); }
  const World& world_;
  double rate_;
  units::Seconds offset_, up_since_;
  mutable std::optional<std::int64_t> waited_;  // nanoseconds
};

}  // namespace simulation
