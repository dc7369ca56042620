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
    if (job.known == JobResult::Known::no) continue;
    errors.push_back(std::abs(rule(job) / job.truth - 1));
    charged += rule(job), truth += job.truth;
  }
  if (errors.empty()) return result;
  result.jobs = errors.size();
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
  std::size_t known = 0, covered = 0;
  for (const auto& job : jobs) {
    if (job.known == JobResult::Known::no) continue;
    ++known;
    covered += job.low <= job.truth && job.truth <= job.high;
  }
  return known == 0 ? 0 : static_cast<double>(covered) / static_cast<double>(known);
}

}  // namespace truth
