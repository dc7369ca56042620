#include "goals.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/format.h"

namespace truth {

void Goals::add(const std::string& what, double value, double low, double high, const std::string& where) {
  const auto found = std::ranges::find(list_, what, &Goal::what);
  if (found == list_.end()) {
    list_.push_back({what, value, low, high, where});
    return;
  }
  const auto margin = [&](double v) { return std::min(v - low, high - v); };
  if (margin(value) >= margin(found->worst)) return;
  found->worst = value, found->where = where;
}

bool Goals::met() const { return std::ranges::all_of(list_, &Goal::met); }

void Goals::at_most(const std::string& what, double value, double high, const std::string& where) {
  add(what, value, -std::numeric_limits<double>::infinity(), high, where);
}

std::string Goals::text() const {
  std::string text;
  for (const auto& goal : list_)
    text += base::format("{:6} {:45} {:>10.4g}  {}; worst: {}\n", goal.met() ? "met" : "MISSED", goal.what, goal.worst,
                         std::isinf(goal.low) ? base::format("at most {:g}", goal.high)
                                              : base::format("must lie in [{:g}, {:g}]", goal.low, goal.high),
                         goal.where);
  return text;
}

bool is_split_fairly(units::Scope scope) { return scope != units::Scope::dram; }

}  // namespace truth
