// What a page about several runs begins with: a table of all, and the runs that may be compared drawn on one axis.
#pragma once

#include <vector>

#include "jobs/report.h"
#include "report/markup.h"

namespace report {

Html comparison(const std::vector<jobs::Report>& reports);

}  // namespace report
