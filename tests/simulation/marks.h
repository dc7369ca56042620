// Marks: things that have to happen in some seed (marks.def).
#pragma once

#include <bitset>
#include <string>
#include <vector>

namespace simulation {

enum class Mark {
#define MARK(name, what) name,
#include "simulation/marks.def"
#undef MARK
};
constexpr std::size_t marks_count = 0
#define MARK(name, what) +1
#include "simulation/marks.def"
#undef MARK
    ;
using Marks = std::bitset<marks_count>;

std::vector<std::string> names(const Marks& marks);

struct Evidence;
// Those that the history shows.
void add_marks(const Evidence& evidence, Marks& marks);

}  // namespace simulation
