// Where a program finds the meter of its machine, or offers it, and how idle power is shared: options of every program
// that meters (section [energy]).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "meter/local_meter.h"
#include "options/options.h"
#include "os/host.h"

namespace meter {

struct MeterOptions {
  // The socket to offer, or nothing where no folder for one may be written or --meter-socket none was said.
  std::optional<os::Path> socket;
  // Where a meter may be listening, best first.
  std::vector<os::Path> known_sockets;
  os::Path calibration;
  IdlePolicy idle = IdlePolicy::reserved;
  // When a service is to have learned the idle power anew (nightly.h): since local midnight; absent: only at its start.
  std::optional<units::Seconds> calibrate_at{};
};

std::vector<options::Option> meter_options();
// What only a program needs that serves the whole machine.
std::vector<options::Option> meter_service_options();
// `state`: the folder in which the program keeps its things.
base::Result<MeterOptions> options_from(const options::Values& values, const os::Host& host,
                                        const os::Environment& environment, const os::Path& state);
// The words that say the same again to a process that we start.
std::vector<std::string> words_of(const MeterOptions& options);

// What was calibrated, for a meter of our own; a file that cannot be read is told and leaves nothing known.
Settings local_settings(const os::Files& files, const MeterOptions& options, base::Log& log);

}  // namespace meter
