// How sure a job shall be of its energy, and how sure a report is of it. Pure; values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "jobs/report.h"

namespace jobs {

// What `confidence` of a submission asks for: one run ("auto"), n of them ("repeat: n"), or as many as make the 95 %
// interval of their mean no wider than ± a share of it ("until: 2%").
struct Repetitions {
  int least = 1, most = 1;
  std::optional<double> until;  // 0.02
  bool one() const { return most == 1; }
  bool operator==(const Repetitions&) const = default;
};
constexpr int most_repetitions = 50;
base::Result<Repetitions> parse_confidence(std::string_view text);
std::string text_of(const Repetitions& repetitions);  // in the form above; parsed back it is the same

// Of a report: high where the interval of its headline is within 2 % and holds the scatter of repeated runs, medium
// within 10 %, low beyond, where a model stands in for a sensor, and where nothing is known.
struct Confidence {
  enum class Level { high, medium, low } level = Level::low;
  std::string reason;
  bool operator==(const Confidence&) const = default;
};
std::string_view name(Confidence::Level level);
Confidence confidence(const Report& report);

}  // namespace jobs
