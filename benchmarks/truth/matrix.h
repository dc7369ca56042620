// The matrix: which scenarios are run. Values.
#pragma once

#include <vector>

#include "scenario.h"

namespace truth {

inline constexpr int kNeighbours[] = {1, 2, 4, 8, 16};

enum class Size {
  quick,  // a second or two, for every build
  full,
};

// Source × rate × load pattern × neighbours: the same jobs at each rate.
std::vector<Scenario> error_matrix(Size size, std::uint64_t seed);
// Where jobs stay on sockets, told by control groups of version 1 and 2.
std::vector<Scenario> placements(Size size, std::uint64_t seed);
// At least `jobs` jobs beside `neighbours - 1` others, on many machines: each with background, room temperature and
// baseline of its own. For the coverage of intervals.
std::vector<Scenario> many_machines(int neighbours, std::size_t jobs, std::uint64_t seed);

}  // namespace truth
