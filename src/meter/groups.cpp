#include "meter/groups.h"

namespace meter {

std::vector<Group> groups_of(const power::Sampler& sampler) {
  using units::Scope;
  std::vector<Group> groups;
  for (const auto scope : {Scope::machine, Scope::psys, Scope::package, Scope::gpu, Scope::dram}) {
    Group group{.scope = scope, .source = {}, .zones = {}};
    for (std::size_t i = 0; i < sampler.zones().size(); ++i) {
      if (sampler.zones()[i].scope != scope || sampler.zones()[i].parent) continue;
      const std::string source(sampler.source_of(i));
      if (group.zones.empty()) group.source = source;
      // Two sources of GPUs tell of different cards; of anything else they tell the same thing twice.
      const bool another_card = scope == Scope::gpu && group.source != source;
      if (another_card && group.source.find(source) == group.source.npos) group.source += "+" + source;
      if (scope == Scope::gpu || group.source == source) group.zones.push_back(i);
    }
    if (!group.zones.empty()) groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace meter
