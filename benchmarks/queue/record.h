// For `make bench BENCH=kill`: which jobs were acknowledged before the master died, and whether they are there.
#pragma once

#include <cstdint>
#include <string>

#include "queue/workloads.h"

namespace bench {

// `clients` put single jobs and `workers` do jobs, until the master is gone. What it acknowledged is a line of `file`
// each: "queued ID", "started ID", "done ID".
Figures record(Loop& loop, const Target& target, int clients, int workers, const std::string& file);

// How many jobs were acknowledged as queued, started and done; and of how many of them the master knows less: no such
// job, no attempt, or no accepted result.
struct Found {
  std::int64_t acknowledged = 0, started = 0, done = 0, missing = 0;
};
// Asks the master for each job of `file`.
Found verify(Loop& loop, const Target& target, const std::string& file);

// Asks for one thing again and again: `clients` of them for so long, each with a pause between. Every answer has to be
// 200.
Figures get(Loop& loop, const Target& target, const std::string& path, int clients, double seconds,
            std::chrono::milliseconds pause);

}  // namespace bench
