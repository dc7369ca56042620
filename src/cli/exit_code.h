// Exit codes of `ffwatt`, after sysexits where there is one. `run` passes the child's own code through.
#pragma once

#include "base/result.h"

namespace cli {

enum ExitCode : int {
  ok = 0,
  failed = 1,  // the job, scenario or check failed
  usage = 2,
  gate = 3,          // a threshold was breached
  partial = 4,       // some scenarios failed, the rest is saved
  not_measured = 5,  // --require measured was not met
  unavailable = 69,  // the master or the sensor service does not answer
  try_again = 75,
  no_permission = 77,
  config_invalid = 78,
  timed_out = 124,
  run_failed = 125,  // `run` itself failed
  not_executable = 126,
  not_found = 127,
  interrupted = 130,  // Ctrl-C; 128 + n for signal n
  reader_gone = 141,  // 128 + SIGPIPE: whoever read the output closed it
};

// retry → 75, denied → 77, invalid → 2, absent and failed → 1.
int exit_code(const base::Error& error);

}  // namespace cli
