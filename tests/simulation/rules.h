// Rules: what must hold of a farm whatever happened to it. Each is a function over the evidence of one run; rules.def
// lists them. A rule knows the product by its promises alone: none of its tables or formulas is used here.
#pragma once

#include <string>
#include <vector>

#include "simulation/farm.h"

namespace simulation {

using Findings = std::vector<std::string>;
#define RULE(name, promise) void name(const Evidence& evidence, Findings& findings);
#include "simulation/rules.def"
#undef RULE

// "durability: …", one for each thing that is wrong.
std::vector<std::string> broken_rules(const Evidence& evidence);

}  // namespace simulation
