// Scenario: one cell of the matrix: which sensor is read how often while what runs beside what. Values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "power_testing/machine_tree.h"
#include "power_testing/simulated_sources.h"
#include "units/quantity.h"

namespace truth {

using power_sources::simulated::Machine;
using power_sources::simulated::MachineFacts;

enum class Pattern { steady, bursts, ramp, sawtooth, short_jobs, mixed };
inline constexpr Pattern kPatterns[] = {Pattern::steady,   Pattern::bursts,     Pattern::ramp,
                                        Pattern::sawtooth, Pattern::short_jobs, Pattern::mixed};
std::string_view name(Pattern pattern);

struct Scenario {
  power_testing::Kind source = power_testing::Kind::powercap;
  units::Hertz rate{10};
  Pattern pattern = Pattern::mixed;
  int neighbours = 1;  // jobs that run at any time
  std::size_t jobs = 100;
  std::uint64_t seed = 1;
  MachineFacts machine;
  // Jobs differ in watts per CPU second by this standard deviation of the logarithm.
  double spread = power_sources::simulated::kActivitySpread;
  power_testing::MachineTree::Groups groups = power_testing::MachineTree::Groups::v2;
  // How a job's time is spread over the sockets: evenly, 50 to 95 % of it on one, all of it on one.
  enum class Placement { spread, leaning, pinned } placement = Placement::spread;
  // How long before the jobs the machine was quiet and its idle power was learned.
  units::Seconds baseline_age{};
};

// What a job of the scenario is: drawn by its number, the same at every rate and source of equal job length.
struct JobPlan {
  power_sources::simulated::Program program;  // with start and end relative to zero
  units::Seconds gap{};                       // before it starts, since its slot's last one ended
};
JobPlan plan_job(const Scenario& scenario, std::uint64_t number);

// The mean length of a job that the source can resolve.
units::Seconds typical_length(const Scenario& scenario);

}  // namespace truth
