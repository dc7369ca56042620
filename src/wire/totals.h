// Totals: what several results took together, from their facts (result_facts.h). Energies of unlike scopes or qualities
// are never added to each other, and what has none is counted, not taken for 0. Pure, any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "jobs/job_state.h"
#include "json/value.h"
#include "units/measured.h"
#include "units/quantity.h"

namespace wire {

struct Totals {
  std::int64_t runs = 0, completed = 0;
  struct Energy {
    units::Scope scope = units::Scope::machine;
    units::Quality quality = units::Quality::measured;
    // The ends of the intervals are added as well: errors of one sensor or model go the same way.
    units::Joules joules{}, low{}, high{};
    std::int64_t runs = 0;
    bool operator==(const Energy&) const = default;
  };
  std::vector<Energy> energy;  // in the order in which they were met
  struct Cost {
    double amount = 0;
    std::int64_t runs = 0;
    bool operator==(const Cost&) const = default;
  };
  std::map<std::string, Cost> cost;  // by currency
  double grams = 0;                  // of CO2 equivalent
  std::int64_t with_emissions = 0;
  std::int64_t with_energy = 0, with_cost = 0;
  bool operator==(const Totals&) const = default;
};

// `facts` as encode_facts() writes them.
void add(const json::Value& facts, Totals& into);
json::Value encode(const Totals& totals);

// GET /totals: the group that a result belongs to, by "day" (UTC, of its start) or a fact of a text; empty: it has
// none.
std::string group_of(const json::Value& facts, const std::string& by);
json::Value encode_groups(const std::string& by, units::Seconds window, const std::map<std::string, Totals>& groups);

// GET /summary.
struct Summary {
  std::map<jobs::JobState, std::int64_t> jobs;
  units::Seconds window{};
  std::int64_t failed = 0;                                // jobs, in the window
  enum class AtLeast { no, yes } at_least = AtLeast::no;  // yes: not all failed jobs were looked at
  Totals ended;                                           // the results of the window
};
json::Value encode(const Summary& summary);

}  // namespace wire
