// Learning a machine's idle power on request: watches it for a quiet window, or says why it cannot. One thread.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "attribution/calibration.h"
#include "base/result.h"
#include "os/host.h"
#include "power/source.h"

namespace cli {

struct IdleRequest {
  units::Seconds window{60};
  units::Seconds patience{60};  // how much longer than the window to wait for a quiet one
  // Told about once a second: how much of the window is gathered, and why it began anew (empty: it did not).
  std::function<void(units::Seconds gathered, const std::string& obstacle)> on_progress;
};
struct LearnedIdle {
  struct Zone {
    std::string path, source;
    attribution::Baseline idle;
  };
  std::vector<Zone> zones;
  std::vector<std::string> without;  // "psys: it did not move in 60.0 s"
};
// Errors: absent where no source needs it (none, or each knows its own idle power); retry where the machine was not
// idle, with what it did; failed where it was stopped.
base::Result<LearnedIdle> learn_idle(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources,
                                     const IdleRequest& request, std::stop_token stop);

}  // namespace cli
