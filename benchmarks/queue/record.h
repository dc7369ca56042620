// For `make bench BENCH=kill`: which jobs were acknowledged before the master died, and whether they are there.
#pragma once

#include <cstdint>
#include <string>

#include "queue/workloads.h"

namespace bench {

// `clients` put single jobs until the master is gone; the id of each that was acknowledged is a line of `file`.
Figures record(Loop& loop, const Target& target, int clients, const std::string& file);

struct Found {
  std::int64_t acknowledged = 0, missing = 0;
};
// Asks the master for each job of `file`.
Found verify(Loop& loop, const Target& target, const std::string& file);

// Asks for one thing again and again: `clients` of them for so long, each with a pause between. Every answer has to be
// 200.
Figures get(Loop& loop, const Target& target, const std::string& path, int clients, double seconds,
            std::chrono::milliseconds pause);

}  // namespace bench
