// Where an axis is marked: multiples of 1, 2 or 5 times a power of ten.
#pragma once

#include <string>
#include <vector>

namespace report {

struct Ticks {
  double low = 0, high = 1;  // ends of the axis, both marked; low <= what was asked <= high
  std::vector<double> at;    // rising
  int decimals = 0;          // that tell every mark from its neighbours
  std::string label(double tick) const;
};

// At most about + 2 marks for numbers from `low` to `high`. Numbers that are not finite or not in order give 0 to 1.
Ticks nice_ticks(double low, double high, int about);

}  // namespace report
