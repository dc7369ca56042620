// Goals: what the figures must be, and whether they are. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rows.h"

namespace truth {

struct Goal {
  std::string what;
  double worst = 0, low = 0, high = 0;  // the worst figure, and between what it must lie
  std::string where;                    // the cell that it is from
  bool met() const { return low <= worst && worst <= high; }
};

// Collects the worst figure of each goal.
class Goals {
 public:
  void add(const std::string& what, double value, double low, double high, const std::string& where);
  void at_most(const std::string& what, double value, double high, const std::string& where);
  const std::vector<Goal>& list() const { return list_; }
  bool met() const;
  std::string text() const;

 private:
  std::vector<Goal> list_;
};

// Scopes whose energy is split by what the meter can see: a job's DRAM traffic is not among that.
bool is_split_fairly(units::Scope scope);

}  // namespace truth
