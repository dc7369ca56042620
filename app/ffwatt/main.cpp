// ffwatt: the command line. Blocks the signals before any thread starts, builds the object graph, runs one command.
#include <signal.h>
#include <unistd.h>

#include <iostream>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "support/program.h"

int main(int count, char** words) {
  if (const auto code = app::be_relay({words + 1, words + count})) return *code;
  os::SignalSet signals{SIGINT, SIGTERM, SIGHUP};
  os::RealHost host;
  const auto environment = app::environment_of_process();
  const auto log = base::stderr_log(base::LogLevel::warning);
  cli::Context context{host.host(),
                       environment,
                       signals,
                       std::cout,
                       std::cerr,
                       os::terminal_facts(STDOUT_FILENO, environment),
                       os::terminal_facts(STDERR_FILENO, environment),
                       *log,
                       os::terminal_facts(STDIN_FILENO, environment).is_terminal ? &std::cin : nullptr};
  const int code = cli::run_program(context, {words + 1, words + count});
  std::cout.flush();
  // Output that was lost, on a full disk say, must not look like success.
  if (std::cout) return code;
  std::cerr << "ffwatt: the output could not be written (is the disk full?)\n";
  return code == cli::ok ? cli::failed : code;
}
