// Enums that are persisted by name: one way to read them back. Inside of `jobs`.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/format.h"
#include "base/result.h"
#include "base/text.h"

namespace jobs {

// `what` with its article: "a queue". invalid lists all names and the nearest. name() of the enum is found by its type.
template <class Enum, std::size_t N>
base::Result<Enum> parse_named(std::string_view text, std::string_view what, const std::array<Enum, N>& all) {
  std::vector<std::string> known;
  for (const auto value : all) {
    if (name(value) == text) return value;
    known.emplace_back(name(value));
  }
  // A hostile megabyte need not come back in the answer.
  const auto shown = text.substr(0, 64);
  return base::Error::invalid(base::format("'{}' is not {}; one of {}.{}", shown, what, base::join(known, ", "),
                                           base::did_you_mean(shown, known)));
}

}  // namespace jobs
