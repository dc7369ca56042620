// run_workload(): runs ONE command on this machine (or several that belong together), measures it and says what
// happened. The one code path of `ffwatt run`, `ffwatt test` and the agent. It knows no master. Read this header first.
// Called from one thread, which it blocks until the command and everything of its control group has ended.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/report.h"
#include "media/encoders.h"
#include "meter/meter.h"
#include "os/host.h"
#include "os/signals.h"
#include "sandbox/sandbox.h"

namespace runner {

struct Command {
  os::Path program;  // resolved
  std::vector<std::string> arguments;
  os::Environment environment;
  // How the report names it: what the user typed. Empty: program and arguments.
  std::vector<std::string> shown;
  std::optional<os::Path> folder{};  // to work in; ours where absent
};

// How a command is contained. Its bounds name no program and no group: those are the run's.
struct Containment {
  sandbox::Mode mode = sandbox::Mode::best;
  sandbox::Bounds bounds{};
};

struct Live {
  std::optional<media::Progress> progress;
  meter::LiveReading reading;
  units::Seconds elapsed{};
  int command = 1;                   // which of the workload's commands runs, from 1
  std::optional<double> fraction{};  // of the whole that is done, 0 to 1, where its length is known
};

struct Request {
  std::string id, name, kind;
  std::string metered_as;  // its name among running workloads, for series; the id where empty
  std::map<std::string, std::string> tags;
  // Run before the command, one after the other, as parts of the same workload: the first of two passes. One that does
  // not end well ends the workload.
  std::vector<Command> before{};
  Command command;
  std::optional<Containment> contained{};  // absent: the user's own command, which nobody contains
  double reserved = 1;                     // share of the machine's cores, for the idle share
  std::optional<units::Seconds> timeout;

  // terminal: the command keeps our stdin, stdout, stderr and process group, as if we were not there. Ctrl-C reaches it
  //   from the terminal itself and is not forwarded; SIGTERM and a SIGINT sent to us alone are forwarded once.
  // captured: stdin is /dev/null, stderr and stdout go to the log tail (and `log_file`), own process group; on a stop
  //   request or a signal it gets SIGINT (ffmpeg then finishes its file), after `grace` SIGKILL to the whole group.
  enum class Terminal { terminal, captured } terminal = Terminal::captured;
  std::optional<os::Path> log_file;
  units::Seconds grace{5};
  // yes: descriptor 3 carries ffmpeg's -progress. Where the program is ffmpeg and its arguments have no -progress, it
  // is put before them; the report's command stays as it was.
  enum class ProgressPipe { no, yes } progress_pipe = ProgressPipe::no;
  units::Seconds stall{60};  // captured with progress: nothing new for so long is a transient failure; 0: never

  os::SignalSet* signals = nullptr;              // the program's; may be absent
  std::stop_token cancel;                        // a request to stop: the outcome is canceled
  std::function<void(const Live&)> on_progress;  // at most twice a second, from this thread
};

// Errors (nothing was run): absent, denied, as os::Processes::spawn; failed where the sandbox is strict and incomplete.
// Everything after the start is in the report.
base::Result<jobs::Report> run_workload(os::Host& host, meter::Meter& meter, Request request);

}  // namespace runner
