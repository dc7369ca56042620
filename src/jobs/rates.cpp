#include "jobs/rates.h"

#include <array>

#include "jobs/named.h"

namespace jobs {

std::string_view name(Rates::Rate::Kind kind) {
  return kind == Rates::Rate::Kind::configured ? "configured" : "average";
}

base::Result<Rates::Rate::Kind> parse_rate_kind(std::string_view text) {
  static constexpr std::array all{Rates::Rate::Kind::configured, Rates::Rate::Kind::average};
  return parse_named(text, "a kind of rate", all);
}

}  // namespace jobs
