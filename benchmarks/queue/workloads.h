// What is done to a queue and measured, the same for every system. Each looks at its own correctness: a job that is
// claimed twice, or a count that does not agree with what was answered, is Trouble.
#pragma once

#include <cstdint>
#include <vector>

#include "queue/system.h"

namespace bench {

struct Figures {
  std::int64_t jobs = 0;  // that were answered for
  double seconds = 0;
  std::vector<double> milliseconds;  // of each request, or of each job's way
  std::vector<double> in_hand;       // idle(): until the worker had it
};

// `clients` put jobs, `batch` in flight for each, for so long.
// beside: others use the same queue meanwhile, and whoever started them all looks at the counts.
enum class Others { none, beside };
Figures enqueue(Loop& loop, System& system, int clients, int batch, double seconds, Others others = Others::none);
// So many jobs as quickly as it goes.
Figures fill(Loop& loop, System& system, std::int64_t jobs);
// `workers` take and acknowledge `batch` at a time for so long, or until nothing is left.
Figures claim(Loop& loop, System& system, int workers, int batch, double seconds, Others others = Others::none);
// One worker waits; so many jobs are put one after another, with a pause between that lets it wait again.
Figures idle(Loop& loop, System& system, int jobs);

// The p-th part of the values in order; 0 < p <= 1. 0 of none.
double quantile(std::vector<double> values, double p);

}  // namespace bench
