// The formats of formats.def as functions. At least one report; the text ends with a line break.
#pragma once

#include <string>
#include <vector>

#include "jobs/report.h"

namespace report::formats {

#define REPORT_FORMAT(name, sentence) std::string name(const std::vector<jobs::Report>& reports);
#include "report/formats.def"
#undef REPORT_FORMAT

}  // namespace report::formats
