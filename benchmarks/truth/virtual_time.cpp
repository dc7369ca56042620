#include "virtual_time.h"

namespace truth {

os::Clock::Woken VirtualTime::sleep_until(units::BootTime deadline, std::stop_token stop) const {
  for (;;) {
    if (stop.stop_requested()) return Woken::stopped;
    const auto next = events_ ? events_->next() : std::nullopt;
    if (!next) break;
    if (*next > deadline) {
      if (deadline > boot()) set(deadline);
      return Woken::deadline;
    }
    if (*next > boot()) set(*next);
    events_->happen();
  }
  std::unique_lock lock(mutex_);
  ended_ = true;
  changed_.notify_all();
  changed_.wait(lock, stop, [] { return false; });
  return Woken::stopped;
}

void VirtualTime::await_end() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ended_; });
}

}  // namespace truth
