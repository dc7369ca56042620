// ffwatt-agent: takes jobs and runs them; with --run-one, the runner process of a single job; with --meter, the meter
// of the machine; with --relay, a job's way to the network.
#include <signal.h>

#include "agent/machine_meter.h"
#include "agent/program.h"
#include "agent/run_one.h"
#include "support/program.h"

int main(int count, char** words) {
  if (const auto code = app::be_relay({words + 1, words + count})) return *code;
  os::SignalSet signals{SIGINT, SIGTERM};
  os::RealHost real;
  os::Host& host = real.host();
  const auto environment = app::environment_of_process();
  const auto log = base::stderr_log(base::LogLevel::info);
  return app::run_service(
      agent::shape(), {words + 1, words + count}, environment, host.files,
      [&](const options::Values& values) -> base::Result<void> {
        FFWATT_TRY(auto settings, agent::settings_from(values, host, environment, FFWATT_VERSION));
        if (settings.run_one)
          return agent::run_one(host, environment, agent::run_one_settings(settings), signals, *log);
        if (settings.be == agent::Settings::Be::meter)
          return agent::serve_meter(host, {settings.meter, settings.energy, settings.meter_patience}, signals, *log);
        FFWATT_TRY(settings.own_program, host.files.link_target("/proc/self/exe"));
        return agent::serve(host, environment, settings, signals, *log);
      });
}
