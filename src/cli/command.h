// Command: one verb of `ffwatt`, one file in commands/, one line in commands.def. Read this header first.
// run() gets its parsed options and a Context made in main; it prints data to `out`, words for people to `err`, and
// returns the process's exit code (exit_code.h).
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "options/options.h"
#include "os/host.h"
#include "os/signals.h"
#include "os/terminal.h"

namespace cli {

struct Context {
  os::Host& host;
  const os::Environment& environment;
  os::SignalSet& signals;
  std::ostream& out;
  std::ostream& err;
  os::TerminalFacts out_terminal, err_terminal;
  base::Log& log;
  // Where a person answers questions; null where nobody can (standard input is no terminal).
  std::istream* answers = nullptr;
};

class Command {
 public:
  virtual ~Command() = default;
  // Without `program`, and without the options that every command has (frame.h): the frame adds them.
  virtual options::Shape shape() const = 0;
  // handled: run() waits for signals itself (Context::signals). end_us: Ctrl-C ends the program at once, since there is
  // nothing to clean up.
  enum class Signals { handled, end_us };
  virtual Signals signals() const { return Signals::handled; }
  virtual int run(Context& context, const options::Values& values) = 0;
};

struct Registered {
  std::string_view words;  // "jobs submit"
  std::string_view help;   // one sentence, the line of commands.def
  std::unique_ptr<Command> (*make)();
};
const std::vector<Registered>& commands();

// The whole program: finds the command by its leading words, parses, runs. Unknown verb: the nearest ones, exit 2.
int run_program(Context& context, const std::vector<std::string>& words);

}  // namespace cli
