// Numbers that follow from a report's fields and are not stored. Each is absent where a field that it needs is.
#pragma once

#include <cstdint>
#include <optional>

#include "jobs/report.h"

namespace jobs {

std::optional<std::int64_t> frames(const Report& report);
std::optional<units::Seconds> elapsed(const Report& report);  // absent where the command never ran
std::optional<units::Hertz> mean_rate(const Report& report);  // frames over the whole run, not ffmpeg's last fps
std::optional<double> realtime_factor(const Report& report);  // seconds of media per second

}  // namespace jobs
