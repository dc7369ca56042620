// Mutants: faults that a build with tests can be given, one at a time, to see whether its checks find them. In product
// code a mutant is one condition, FFWATT_MUTANT(name), which is `false` in every other build
// (docs/decisions/0116-mutants.md). mutants.def says what each does and who shipped it.
#pragma once

namespace base {

enum class Mutant {
  none,
#define MUTANT(name, fault) name,
#include "base/mutants.def"
#undef MUTANT
};

#ifdef FFWATT_MUTANTS
inline Mutant mutant = Mutant::none;  // set before anything else runs
#define FFWATT_MUTANT(name) (::base::mutant == ::base::Mutant::name)
#else
#define FFWATT_MUTANT(name) false
#endif

}  // namespace base
