// Numbers for people that follow from a report's fields, beside those of jobs/derived.h. Each is absent where a field
// that it needs is.
#pragma once

#include <optional>
#include <string>

#include "jobs/derived.h"

namespace report {

std::optional<double> busy_processors(const jobs::Report& report);  // CPU seconds per second
std::optional<units::Measured<units::Joules>> energy_per_megapixel(const jobs::Report& report);
// Mean power of the idle share of the headline's scope: the floor under the curve of power over time.
std::optional<units::Measured<units::Watts>> idle_power(const jobs::Report& report);

// The line of this part in the headline's scope, known or not; nullptr where there is none.
const jobs::EnergyLine* headline_part(const jobs::Report& report, jobs::Part part);

}  // namespace report
