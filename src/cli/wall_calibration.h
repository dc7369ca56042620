// Fitting what the machine takes at the wall for each joule that the CPU's counters see: wall = a + f · inner. One
// thread.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "attribution/calibration.h"
#include "base/result.h"
#include "os/host.h"
#include "power/source.h"

namespace cli {

// From the mean powers of windows, in their order. Pure. Errors: retry where the inner power varied by less than 20 %
// of its mean, or the interval is wider than 15 % to a side; failed where the meter cannot be this machine's.
base::Result<attribution::WallFactor> fit_wall(std::span<const units::Watts> inner, std::span<const units::Watts> wall);

struct WallRequest {
  units::Seconds length{300};
  // Told about once a second.
  std::function<void(units::Seconds gone)> on_progress;
};
struct LearnedWall {
  attribution::WallFactor fit;  // with its middle; the caller dates it
  std::size_t windows = 0;
  std::string wall_source;   // "meter"
  std::string inner_source;  // "perf"
  std::string inner;         // "package", "package and memory"
};
// Errors: absent where nothing measures the wall or nothing the CPU; invalid where the wall's meter is renewed too
// rarely for the length; failed where it was stopped; and those of fit_wall().
base::Result<LearnedWall> learn_wall(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources,
                                     const WallRequest& request, std::stop_token stop);

}  // namespace cli
