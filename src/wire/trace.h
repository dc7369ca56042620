// A thinned trace and the bytes of a whole one, as several messages carry them. Inside of `wire`.
#pragma once

#include <string>
#include <vector>

#include "jobs/report.h"
#include "json/json.h"
#include "json/reader.h"

namespace wire {

// Two columns instead of a list of pairs: a third of the bytes, and what plotting programs want.
json::Value encode_trace(const std::vector<jobs::PowerPoint>& trace);
std::vector<jobs::PowerPoint> read_trace(json::Reader& reader);

std::string read_power_trace(json::Reader& reader);  // from base 64

}  // namespace wire
