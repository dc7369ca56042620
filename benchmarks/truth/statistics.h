// What a list of results says about a rule. Values and pure functions.
#pragma once

#include <functional>
#include <vector>

#include "run_scenario.h"

namespace truth {

struct Spread {
  std::size_t jobs = 0;                  // for which there is a number
  double mean = 0, median = 0, p95 = 0;  // of |charged ÷ true − 1|
  double bias = 0;                       // Σ charged ÷ Σ true − 1
};
using Rule = std::function<units::Joules(const JobResult&)>;
Spread spread(const std::vector<JobResult>& jobs, const Rule& rule);
// Part of the jobs whose truth lies within the stated interval.
double coverage(const std::vector<JobResult>& jobs);

}  // namespace truth
