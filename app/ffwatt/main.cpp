// ffwatt: the command line. Blocks the signals before any thread starts, builds the object graph, runs one command.
#include <signal.h>
#include <unistd.h>

#include <iostream>

#include "cli/command.h"
#include "support/output.h"
#include "support/program.h"

int main(int count, char** words) {
  if (const auto code = app::be_relay({words + 1, words + count})) return *code;
  os::SignalSet signals{SIGINT, SIGTERM, SIGHUP};
  os::RealHost host;
  const auto environment = app::environment_of_process();
  const auto log = base::stderr_log(base::LogLevel::warning);
  app::Output output;
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
  return output.ended("ffwatt", code);
}
