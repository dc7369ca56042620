// ffwatt-master: the control plane of a farm. Blocks the signals before any thread starts and builds the object graph.
#include <signal.h>

#include <iostream>

#include "master/program.h"
#include "support/program.h"

int main(int count, char** words) {
  os::SignalSet signals{SIGINT, SIGTERM};
  os::RealHost real;
  os::Host& host = real.host();
  const auto environment = app::environment_of_process();
  const auto log = base::stderr_log(base::LogLevel::info);
  return app::run_service(master::shape(), {words + 1, words + count}, environment, host.files,
                          [&](const options::Values& values) -> base::Result<void> {
                            FFWATT_TRY(const auto settings, master::settings_from(values, environment, FFWATT_VERSION));
                            return master::serve(host, settings, signals, std::cout, *log);
                          });
}
