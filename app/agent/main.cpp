// ffwatt-agent: takes jobs and runs them; with --run-one, the runner process of a single job.
#include <signal.h>

#include "agent/program.h"
#include "agent/run_one.h"
#include "support/program.h"

int main(int count, char** words) {
  os::SignalSet signals{SIGINT, SIGTERM};
  os::RealHost real;
  os::Host& host = real.host();
  const auto environment = app::environment_of_process();
  const auto log = base::stderr_log(base::LogLevel::info);
  return app::run_service(
      agent::shape(), {words + 1, words + count}, environment, host.files,
      [&](const options::Values& values) -> base::Result<void> {
        FFWATT_TRY(auto settings, agent::settings_from(values, host.files, environment, FFWATT_VERSION));
        if (settings.run_one)
          return agent::run_one(host, environment, {*settings.run_one, settings.slots, settings.energy}, signals, *log);
        FFWATT_TRY(settings.own_program, host.files.link_target("/proc/self/exe"));
        return agent::serve(host, environment, settings, signals, *log);
      });
}
