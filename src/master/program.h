// The master as a program: opens the store, starts service and server, waits for a signal, stops in order.
#pragma once

#include <iosfwd>

#include "base/log.h"
#include "master/settings.h"
#include "os/host.h"
#include "os/signals.h"

namespace master {

// Blocks until SIGTERM, SIGINT or a failure of the store. `out` gets the lines for people: URL, key file, next command.
base::Result<void> serve(os::Host& host, const Settings& settings, os::SignalSet& signals, std::ostream& out,
                         base::Log& log);

}  // namespace master
