// The runs of this user on this machine, as commands use them: keep one, find one by what people type.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "jobs/report.h"
#include "store/store.h"

namespace cli {

// Opens or makes runs.sqlite in the state folder.
base::Result<std::unique_ptr<store::Results>> open_runs(Context& context);

// Keeps a finished run. Its id may change, in the rare case that another run has it: the answer is the id that counts.
base::Result<std::string> keep_run(Context& context, jobs::Report report);

// By id, by the first three or more characters of one, or "last". Absent says how to list them.
base::Result<jobs::Report> find_run(store::Results& runs, const std::string& word);
base::Result<std::vector<jobs::Report>> find_runs(Context& context, const std::vector<std::string>& words);

}  // namespace cli
