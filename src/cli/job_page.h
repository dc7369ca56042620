// How a master's jobs read: rows of a list, one job whole, its history. Pure: jobs and `now` in, text out.
#pragma once

#include <string>
#include <vector>

#include "cli/grid.h"
#include "jobs/job.h"
#include "wire/listings.h"

namespace cli {

// "3 min 5 s ago".
std::string ago(units::WallTime then, units::WallTime now);

Row job_header();
Row job_row(const jobs::Job& job, units::WallTime now);
// Of jobs that failed for good: what kind of failure, and the reason.
Row failed_job_header();
Row failed_job_row(const jobs::Job& job, units::WallTime now);

// Its row, why it waits, what was asked for it besides, its attempts with what each wasted, the summary of its result.
std::string job_page(const wire::Accepted& shown, units::WallTime now, const os::TerminalFacts& terminal);
std::string history_page(const std::vector<wire::HistoryLine>& history, units::WallTime now,
                         const os::TerminalFacts& terminal);

}  // namespace cli
