// One report out of several: of streams that ran together, or of runs that were repeated. Pure. Inside of `runner`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jobs/energy.h"
#include "jobs/report.h"

namespace runner {

using EnergyLines = std::vector<jobs::EnergyLine>;

// Line by line of the same part and scope; what one of them lacks is left out, what one of them does not know is not
// known. Never empty where one of them is not.
EnergyLines sum_of(const std::vector<EnergyLines>& all);
// The mean of one run. Its interval holds the scatter of the runs (t, on their logarithms) and, beside it, what the
// sensor itself may be wrong by, which no repetition takes away. A line that is not above zero in every run has the
// sensor's alone.
EnergyLines mean_of(const std::vector<EnergyLines>& all);
// Half the width of the interval by which the headlines scatter, as a share of their mean. Nothing below two runs, and
// where one is not known.
std::optional<double> scatter_of(const std::vector<EnergyLines>& all);

// A piece from the report of its own run.
jobs::Piece piece_of(const jobs::Report& report, jobs::Piece::Kind kind, int number);
// Power that fits the report's energy and time.
std::optional<units::Measured<units::Watts>> mean_power(const jobs::Report& report);

}  // namespace runner
