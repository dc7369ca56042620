// run_scenario(): lets a scenario happen on a simulated machine and holds what was charged against the truth. Pure but
// for time that it takes; any thread.
#pragma once

#include <vector>

#include "scenario.h"
#include "units/quantity.h"

namespace truth {

// What one job took in one scope, as charged and in truth.
struct JobResult {
  units::Joules truth{}, above_idle{}, low{}, high{};
  units::Joules times_utilisation{}, times_share{};
  double error() const { return above_idle / truth - 1; }
};

struct ScopeResult {
  units::Scope scope = units::Scope::package;
  units::Joules measured{}, truth{};  // of the node, over the whole run
  double conservation = 0;            // the worst zone's
  std::vector<JobResult> jobs;
  double node_bias() const { return measured / truth - 1; }
};

struct ScenarioResult {
  Scenario scenario;
  std::vector<ScopeResult> scopes;
  units::Seconds simulated{};
};
ScenarioResult run_scenario(const Scenario& scenario);

}  // namespace truth
