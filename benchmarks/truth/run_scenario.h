// run_scenario(): lets a scenario happen on a simulated machine, with the real meter on it, and holds what it says
// against the truth. Any thread.
#pragma once

#include <vector>

#include "scenario.h"
#include "units/quantity.h"

namespace truth {

// What one job took above idle in one scope, in truth, as the meter says, and as two usual rules would say even if they
// knew the energy of the whole machine exactly.
struct JobResult {
  units::Joules truth{};
  enum class Known { yes, no } known = Known::no;  // whether the meter states a number
  units::Joules stated{}, low{}, high{};
  units::Joules times_utilisation{};  // all energy × its part of the machine's CPU capacity
  units::Joules times_share{};        // all energy × its part of the busy CPU time
};

struct ScopeResult {
  units::Scope scope = units::Scope::package;
  units::Joules measured{}, truth{};  // of the node, over the whole run
  double conservation = 0;            // |Σ parts − energy| ÷ Σ |parts| of the worst zone
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
