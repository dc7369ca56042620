// outcome_of(): from how a command was stopped, how it ended and what it printed to the outcome that people and retry
// rules read. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "jobs/report.h"
#include "os/processes.h"
#include "runner/stop_ladder.h"

namespace runner {

struct Ending {
  std::string program;  // base name, for texts
  StopCause cause = StopCause::none;
  std::optional<os::ExitStatus> status;  // absent: it did not even die of SIGKILL
  units::Seconds elapsed{};
  units::Seconds timeout{}, stall{};         // for texts, where they are the cause
  std::optional<units::Bytes> memory_limit;  // where the kernel killed for want of it, within its control group
  std::string_view log;                      // what it printed, as far as it was captured
  enum class Speaks { ffmpeg, other } speaks = Speaks::other;
  enum class Log { captured, elsewhere } log_place = Log::captured;  // elsewhere: the user has seen it himself
};
jobs::Outcome outcome_of(const Ending& ending);

}  // namespace runner
