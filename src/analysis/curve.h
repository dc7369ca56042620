// Curves of quality over rate or energy, and what lies between two of them: BD-rate, BD-quality, BD-energy (Bjøntegaard
// deltas), and the pareto front. Numbers carry no unit; `cost` is whatever is paid: bits per second, joules per frame.
// Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace analysis {

struct CurvePoint {
  double cost = 0, quality = 0;
  bool operator==(const CurvePoint&) const = default;
};

// What a curve is called in errors: "x264", "the first curve".
struct Curve {
  std::string name;
  std::vector<CurvePoint> points;  // in any order
};

// Of which of a second curve's costs at equal quality are more (+) or less (-) than the first's, as a ratio: -0.1 is
// 10 % less. The mean difference of the logarithms of cost over the qualities that both curves reach, interpolated by
// piecewise cubic Hermite polynomials (Fritsch and Butland, 1984), as the common test conditions of HEVC and VVC have
// it. invalid, with the reason: fewer than four points, a cost that is not above zero, a quality that does not rise
// with the cost, or curves whose qualities overlap by less than 30 % of what they cover together.
base::Result<double> bd_cost(const Curve& first, const Curve& second);
// How much better (+) the second is at equal cost, in the unit of quality; the same the other way round, with the
// overlap in the logarithm of cost.
base::Result<double> bd_quality(const Curve& first, const Curve& second);

// For each point whether none is at least as good in both and better in one. Equal points are all on the front.
std::vector<bool> pareto_front(std::span<const CurvePoint> points);

}  // namespace analysis
