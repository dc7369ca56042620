// The agent as a program: carries out what its core decides. Blocking calls to the master go over threads of their own,
// each runner process is watched by one; every outcome comes back to the main thread as an event.
#pragma once

#include "agent/settings.h"
#include "base/log.h"
#include "os/host.h"
#include "os/signals.h"

namespace agent {

// Blocks until SIGINT (gives its jobs back, then ends) or SIGTERM (ends; the runners go on and the next agent finds
// them).
base::Result<void> serve(os::Host& host, const os::Environment& environment, const Settings& settings,
                         os::SignalSet& signals, base::Log& log);

}  // namespace agent
