// What /proc/PID/stat tells of one process (proc_pid_stat(5)). Pure. Inside of `os`.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

#include "units/quantity.h"

namespace os {

struct ProcessStat {
  pid_t parent = 0;
  units::Seconds own{};           // user and system
  units::Seconds of_children{};   // of those that it has waited for
  std::uint64_t start_ticks = 0;  // since boot: with the number of the process it names one process and no later one
};
// Nothing where the text is no such line. No allocation.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace os
