#include "goals.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"

namespace truth {

void Goals::add(const std::string& what, double value, double low, double high, const std::string& where) {
  const auto found = std::ranges::find(list_, what, &Goal::what);
  if (found == list_.end()) {
    list_.push_back({what, value, low, high, where});
    return;
  }
  const double centre = (low + high) / 2;
  if (std::abs(value - centre) <= std::abs(found->worst - centre)) return;
  found->worst = value, found->where = where;
}

bool Goals::met() const { return std::ranges::all_of(list_, &Goal::met); }

std::string Goals::text() const {
  std::string text;
  for (const auto& goal : list_)
    text += base::format("{:6} {:58} {:>10.4g}  must lie in [{:g}, {:g}]; worst: {}\n", goal.met() ? "met" : "MISSED",
                         goal.what, goal.worst, goal.low, goal.high, goal.where);
  return text;
}

bool is_split_fairly(units::Scope scope) { return scope != units::Scope::dram; }

}  // namespace truth
