// Updates: when a sensor refreshes what it shows: about every period, each time early or late by its own draw. A pure
// function of time. Values; any thread.
#pragma once

#include <algorithm>
#include <cstdint>

#include "power_sources/simulated/program.h"
#include "units/quantity.h"
#include "units/time.h"

namespace power_testing {

using power_sources::simulated::drawn;

struct Updates {
  units::Seconds period{0.001};
  double jitter = 0.5;  // of the period
  std::uint64_t seed = 1;

  struct Update {
    std::uint64_t number = 0;
    units::BootTime at;
  };
  // The newest one at or before `now`.
  Update last(units::BootTime now) const {
    const auto step = std::max<std::int64_t>(1, static_cast<std::int64_t>(period.value() * 1e9 + 0.5));
    auto n = now.nanoseconds() / step;
    auto at = time_of(n, step);
    if (at > now.nanoseconds()) at = time_of(--n, step);
    return {static_cast<std::uint64_t>(n), units::BootTime::from_nanoseconds(at)};
  }

 private:
  std::int64_t time_of(std::int64_t n, std::int64_t step) const {
    return n * step +
           static_cast<std::int64_t>(jitter * drawn(seed, static_cast<std::uint64_t>(n)) * static_cast<double>(step));
  }
};

}  // namespace power_testing
