#include "cli/stream_test/pause.h"

#include <algorithm>

namespace cli::stream_test {

Paused pause(const os::Clock& clock, os::SignalSet& signals, units::Seconds length,
             const std::function<void(units::BootTime now, units::Seconds passed)>& tick) {
  constexpr units::Seconds between_ticks{0.5};
  const auto start = clock.boot();
  const auto end = start + length;
  for (;;) {
    const auto now = clock.boot();
    if (now >= end) return Paused::whole;
    tick(now, now - start);
    if (signals.wait_until(std::min(end, now + between_ticks))) return Paused::interrupted;
  }
}

}  // namespace cli::stream_test
