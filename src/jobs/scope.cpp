#include "jobs/scope.h"

#include "jobs/named.h"

namespace jobs {

std::string_view name(Scope scope) {
  switch (scope) {
    case Scope::read:
      return "read";
    case Scope::submit:
      return "submit";
    case Scope::enrol:
      return "enrol";
    case Scope::worker:
      return "worker";
    case Scope::admin:
      break;
  }
  return "admin";
}

base::Result<Scope> parse_scope(std::string_view text) {
  static constexpr std::array all{Scope::read, Scope::submit, Scope::enrol, Scope::worker, Scope::admin};
  return parse_named(text, "a scope", all);
}

bool covers(Scope has, Scope needed) {
  if (has == Scope::admin || has == needed) return true;
  return has == Scope::submit && needed == Scope::read;
}

}  // namespace jobs
