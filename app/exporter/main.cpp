// ffwatt-exporter: this machine's energy for Prometheus. Blocks the signals before any thread starts and builds the
// object graph; the machine that is read may be another one than this, below --sysroot.
#include <signal.h>

#include <iostream>

#include "exporter/program.h"
#include "support/program.h"

int main(int count, char** words) {
  os::SignalSet signals{SIGINT, SIGTERM};
  os::RealHost own;
  const auto log = base::stderr_log(base::LogLevel::info);
  const auto environment = app::environment_of_process();
  return app::run_service(exporter::shape(), {words + 1, words + count}, environment, own.host().files,
                          [&](const options::Values& values) -> base::Result<void> {
                            FFWATT_TRY(const auto settings,
                                       exporter::settings_from(values, own.host(), environment, FFWATT_VERSION));
                            os::RealHost machine{os::Root(settings.sysroot)};
                            return exporter::serve(machine.host(), settings, signals, std::cout, *log);
                          });
}
