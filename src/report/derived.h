// Numbers that follow from a report's fields and are not stored. Each is absent where a field that it needs is.
#pragma once

#include <optional>
#include <string>

#include "jobs/report.h"

namespace report {

std::optional<std::int64_t> frames(const jobs::Report& report);
std::optional<units::Seconds> elapsed(const jobs::Report& report);  // absent where the command never ran
std::optional<units::Hertz> mean_rate(const jobs::Report& report);  // frames over the whole run, not ffmpeg's last fps
std::optional<double> realtime_factor(const jobs::Report& report);  // seconds of media per second
std::optional<double> busy_processors(const jobs::Report& report);  // CPU seconds per second
std::optional<units::Measured<units::Joules>> energy_per_megapixel(const jobs::Report& report);
// Mean power of the idle share of the headline's scope: the floor under the curve of power over time.
std::optional<units::Measured<units::Watts>> idle_power(const jobs::Report& report);

// The line of this part in the headline's scope, known or not; nullptr where there is none.
const jobs::EnergyLine* headline_part(const jobs::Report& report, jobs::Part part);

}  // namespace report
