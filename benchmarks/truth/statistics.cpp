#include "statistics.h"

#include <algorithm>
#include <cmath>

namespace truth {

Spread spread(const std::vector<JobResult>& jobs, const Rule& rule) {
  Spread result;
  if (jobs.empty()) return result;
  std::vector<double> errors;
  units::Joules charged{}, truth{};
  for (const auto& job : jobs) {
    errors.push_back(std::abs(rule(job) / job.truth - 1));
    charged += rule(job), truth += job.truth;
  }
  std::ranges::sort(errors);
  const auto at = [&](double part) {
    return errors[std::min(errors.size() - 1, static_cast<std::size_t>(part * static_cast<double>(errors.size())))];
  };
  for (const double error : errors) result.mean += error / static_cast<double>(errors.size());
  result.median = at(0.5), result.p95 = at(0.95);
  result.bias = charged / truth - 1;
  return result;
}

double coverage(const std::vector<JobResult>& jobs) {
  const auto covered =
      std::ranges::count_if(jobs, [](const JobResult& job) { return job.low <= job.truth && job.truth <= job.high; });
  return jobs.empty() ? 0 : static_cast<double>(covered) / static_cast<double>(jobs.size());
}

}  // namespace truth
