// Power over time as a figure: the plot, one sentence that says what it shows, and the same numbers as a table.
#pragma once

#include "jobs/report.h"
#include "report/html/run_section.h"
#include "report/markup.h"

namespace report {

// A sentence instead of a figure where the run kept no curve.
Html power_figure(const jobs::Report& report, std::size_t number, const Budget& budget);

}  // namespace report
