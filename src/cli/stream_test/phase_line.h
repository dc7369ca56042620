// PhaseLine: what a test is doing, how far it is and what it draws, on stderr. On a terminal one line that is redrawn
// at most twice a second and cleared at its end; into a pipe whole lines: one at the start, at each tenth, at the end.
// One thread.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "meter/meter.h"
#include "os/terminal.h"
#include "units/time.h"

namespace cli::stream_test {

class PhaseLine {
 public:
  enum class Show { nothing, phases };
  PhaseLine(std::ostream& out, const os::TerminalFacts& terminal, Show show);

  // `length` absent: nobody knows how long it takes, so no share of it is told.
  void begin(const std::string& name, std::optional<units::Seconds> length);
  // `done` of the phase's length; the rest of the line says `detail` and the power.
  void update(units::BootTime now, units::Seconds done, const std::string& detail,
              const std::optional<units::Measured<units::Watts>>& power);
  // Clears the line; into a pipe it says how the phase ended.
  void end(const std::string& how);
  // A line of its own, whatever is drawn.
  void say(const std::string& text);

 private:
  std::string line(units::Seconds done, const std::string& detail,
                   const std::optional<units::Measured<units::Watts>>& power) const;
  void clear();

  std::ostream& out_;
  os::TerminalFacts terminal_;
  Show show_;
  std::string name_;
  std::optional<units::Seconds> length_;
  std::optional<units::BootTime> drawn_at_;  // on a terminal: when the line was drawn last
  int tenths_ = 0;                           // into a pipe: those told already
};

// "1:05", "12:00:09".
std::string clock_text(units::Seconds seconds);

}  // namespace cli::stream_test
