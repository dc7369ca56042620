// MachineMeter: sees to it that this machine has a meter while the agent works: uses the one that runs (the exporter's,
// or an earlier agent's), else starts one, this same program with --meter, which outlives the agent and ends by itself
// a while after its last client. Being a client, the agent keeps it alive. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "meter/remote_meter.h"
#include "meter/settings.h"
#include "os/host.h"
#include "os/signals.h"
#include "power_sources/sources.h"

namespace agent {

class MachineMeter {
 public:
  // `words`: what a meter that we start is told beside --meter.
  MachineMeter(os::Host& host, const os::Environment& environment, os::Path own_program, meter::MeterOptions options,
               std::vector<std::string> words, base::Log& log);
  // Before each job. Takes a moment where one runs, some tenths of a second where one must be started. Where none can
  // be had the log says why, and each runner measures by itself.
  void ensure();

 private:
  bool connect();
  void launch(const os::Path& socket);

  os::Host& host_;
  const os::Environment& environment_;
  const os::Path program_;
  const meter::MeterOptions options_;
  const std::vector<std::string> words_;
  base::Log& log_;
  std::unique_ptr<meter::RemoteMeter> meter_;
};

// Be the meter of this machine, until a signal or `patience` after the last client has gone. Blocks. retry where
// another one runs.
struct ServeMeterSettings {
  meter::MeterOptions meter;
  power_sources::Settings energy;
  units::Seconds patience{60};
};
base::Result<void> serve_meter(os::Host& host, const ServeMeterSettings& settings, os::SignalSet& signals,
                               base::Log& log);

}  // namespace agent
