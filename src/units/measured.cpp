#include "units/measured.h"

namespace units {

std::string_view name(Quality quality) {
  switch (quality) {
    case Quality::measured:
      return "measured";
    case Quality::simulated:
      return "simulated";
    case Quality::estimated:
      return "estimated";
    case Quality::unmeasurable:
      return "unmeasurable";
  }
  return "unmeasurable";
}

std::string_view name(Scope scope) {
  switch (scope) {
    case Scope::package:
      return "package";
    case Scope::dram:
      return "dram";
    case Scope::psys:
      return "psys";
    case Scope::gpu:
      return "gpu";
    case Scope::machine:
      return "machine";
  }
  return "machine";
}

}  // namespace units
