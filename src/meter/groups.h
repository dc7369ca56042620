// Groups: which zones add up to one figure. Values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "power/sampler.h"

namespace meter {

// The zones of one scope that one source provides; of several sources of one scope the first (best) one, but of GPUs
// all, since each source tells of other cards.
struct Group {
  units::Scope scope = units::Scope::machine;
  std::string source;
  std::vector<std::size_t> zones;  // indices into Sampler::zones()
};
// Widest scope first: machine, psys, package, gpu, dram.
std::vector<Group> groups_of(const power::Sampler& sampler);

}  // namespace meter
