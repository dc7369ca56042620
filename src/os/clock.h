// Clock: the only way to the time. wall() for records, boot() for intervals and deadlines.
// Any thread. The real one is CLOCK_REALTIME and CLOCK_BOOTTIME; tests pass one that they move by hand.
#pragma once

#include <stop_token>

#include "units/time.h"

namespace os {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual units::WallTime wall() const = 0;
  virtual units::BootTime boot() const = 0;
  units::Instant now() const { return {wall(), boot()}; }

  // CPU time that the calling thread has used, for what measuring costs; always 0 of clocks that are moved by hand.
  virtual units::Seconds thread_cpu() const { return units::Seconds(0); }

  // How much this machine's local time is ahead of UTC then; 0 of clocks that are moved by hand.
  virtual units::Seconds utc_offset(units::WallTime /*at*/) const { return units::Seconds(0); }

  enum class Woken { deadline, stopped };
  // Blocks the calling thread until the absolute deadline or a stop request, whichever comes first.
  virtual Woken sleep_until(units::BootTime deadline, std::stop_token stop) const = 0;
};

}  // namespace os
