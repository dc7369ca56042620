#include "scenario.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace truth {
namespace {

using power_sources::simulated::Demand;
using power_testing::Kind;
using units::Seconds;

// The draws of one job, each by its own number.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t job) : seed_(seed * 0x2545f4914f6cdd1d + job * 0x9e6c63d0876a9a47) {}
  double uniform(double low, double high) { return low + (high - low) * power_testing::drawn(seed_, next_++); }
  double normal() {  // Box and Muller
    const double radius = std::sqrt(-2 * std::log(std::max(uniform(0, 1), 1e-300)));
    return radius * std::cos(2 * std::numbers::pi * uniform(0, 1));
  }
  double log_normal(double median, double sigma) { return median * std::exp(sigma * normal()); }

 private:
  std::uint64_t seed_, next_ = 0;
};

Demand demand(Pattern pattern, double cores, Seconds length, Draws& draws) {
  using Shape = Demand::Shape;
  switch (pattern) {
    case Pattern::steady:
    case Pattern::short_jobs:
      return {.shape = Shape::steady, .high = cores};
    case Pattern::bursts:
      return {.shape = Shape::bursts,
              .low = 0.1 * cores,
              .high = cores,
              .period = Seconds(draws.log_normal(0.7, 0.8)),
              .duty = draws.uniform(0.3, 0.8)};
    case Pattern::ramp:
      return {.shape = Shape::ramp, .low = 0.1 * cores, .high = cores, .period = length};
    case Pattern::sawtooth:
      return {.shape = Shape::sawtooth, .low = 0.1 * cores, .high = cores, .period = Seconds(draws.uniform(2, 12))};
    case Pattern::mixed:
      break;
  }
  return {};
}

}  // namespace

std::string_view name(Pattern pattern) {
  switch (pattern) {
    case Pattern::steady:
      return "steady";
    case Pattern::bursts:
      return "bursts";
    case Pattern::ramp:
      return "ramp";
    case Pattern::sawtooth:
      return "sawtooth";
    case Pattern::short_jobs:
      return "short jobs";
    case Pattern::mixed:
      return "mixed";
  }
  return "";
}

Seconds typical_length(const Scenario& scenario) {
  switch (scenario.source) {
    case Kind::redfish:
      return Seconds(1'800);
    case Kind::wall_energy:
      return Seconds(7'200);  // some hundreds of watt hours
    case Kind::wall_power:
    case Kind::nvml:
      return Seconds(90);
    case Kind::powercap:
    case Kind::perf:
      break;
  }
  return Seconds(scenario.pattern == Pattern::short_jobs ? 1.2 : 25);
}

JobPlan plan_job(const Scenario& scenario, std::uint64_t number) {
  Draws draws(scenario.seed, number);
  auto pattern = scenario.pattern;
  if (pattern == Pattern::mixed) pattern = kPatterns[static_cast<int>(draws.uniform(0, 5))];
  const auto typical = scenario.pattern == Pattern::mixed && pattern == Pattern::short_jobs
                           ? std::min(typical_length(scenario), Seconds(3))
                           : typical_length(scenario);
  const Seconds length(std::clamp(draws.log_normal(typical.value(), 0.5), typical.value() / 4, typical.value() * 4));

  // All slots together ask for a tenth up to a little more than the whole machine.
  const double all = scenario.machine.sockets * scenario.machine.socket.cores;
  const double cores = std::max(0.5, all / scenario.neighbours * draws.uniform(0.1, 1.1));
  JobPlan plan;
  auto& program = plan.program;
  program.demand = demand(pattern, cores, length, draws);
  program.activity = std::exp(scenario.spread * draws.normal());
  program.traffic_per_core = units::Watts(draws.log_normal(0.3, 0.3));
  if (scenario.source == Kind::nvml) program.gpu_use = draws.uniform(0.1, 1.0) / scenario.neighbours;
  if (scenario.placement != Scenario::Placement::spread) {
    program.home = static_cast<int>(draws.uniform(0, scenario.machine.sockets));
    program.stay = scenario.placement == Scenario::Placement::pinned ? 1 : draws.uniform(0.5, 0.95);
  }
  program.start = {};
  program.end = units::BootTime() + length;
  plan.gap = Seconds(draws.uniform(0.05, 0.4)) * std::min(length.value(), 10.0);
  return plan;
}

}  // namespace truth
