#include "simulation/rules.h"

#include "base/format.h"

namespace simulation {

std::vector<std::string> broken_rules(const Evidence& evidence) {
  std::vector<std::string> all;
  Findings findings;
#define RULE(name, promise) \
  findings.clear();         \
  name(evidence, findings); \
  for (const auto& finding : findings) all.push_back(base::format("{}: {}", #name, finding));
#include "simulation/rules.def"
#undef RULE
  return all;
}

}  // namespace simulation
