// The exporter as a program: opens the collectors, serves /metrics and /health, waits for a signal, stops in order.
#pragma once

#include <iosfwd>

#include "base/log.h"
#include "exporter/settings.h"
#include "os/host.h"
#include "os/signals.h"

namespace exporter {

// Blocks until SIGTERM or SIGINT. `host` has the settings' sysroot as its root. `out` gets the lines for people. failed
// where the port is taken, with its owner; invalid where a setting cannot be.
base::Result<void> serve(os::Host& host, const Settings& settings, os::SignalSet& signals, std::ostream& out,
                         base::Log& log);

// The page's URL as a person on this machine opens it: a wildcard address becomes localhost.
std::string page_url(const std::string& address, std::uint16_t port);

}  // namespace exporter
