// The results of a farm as a table: one row a job. Its id is what every other command takes, so it is never cut; of the
// columns as many as the line holds, the more important ones first.
#pragma once

#include <string>
#include <vector>

#include "jobs/report.h"
#include "os/terminal.h"

namespace cli {

std::string result_table(const std::vector<jobs::Report>& reports, const os::TerminalFacts& terminal);

}  // namespace cli
