// pause(): lets time pass in a phase that is nothing but time, unless a signal comes. Blocks the calling thread.
#pragma once

#include <functional>
#include <optional>

#include "os/host.h"
#include "os/signals.h"

namespace cli::stream_test {

enum class Paused { whole, interrupted };
// `tick` about twice a second with the time that has passed.
Paused pause(const os::Clock& clock, os::SignalSet& signals, units::Seconds length,
             const std::function<void(units::BootTime now, units::Seconds passed)>& tick);

}  // namespace cli::stream_test
