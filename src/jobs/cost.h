// What a run cost: its energy by the rates of its report. Nothing of it is stored. Each is absent where the rate that
// it needs is; where the energy is unmeasurable, so is what it cost, for the same reason. Pure functions, any thread.
#pragma once

#include <optional>

#include "jobs/report.h"

namespace jobs {

// The line that is paid for: the plug's where it is known, else the headline, which then leaves out what its scope
// leaves out. Absent where the report has neither.
const EnergyLine* charged(const Report& report);

// In Rates::currency.
std::optional<units::Measured<units::Money>> cost(const Report& report);
// Of CO2 equivalent. At best estimated where the rate is an average: its interval is that of the energy alone, and how
// far the grid of that hour was from its year's average is not in it.
std::optional<units::Measured<units::Grams>> emissions(const Report& report);

}  // namespace jobs
