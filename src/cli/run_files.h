// Files of runs, as `ffwatt` and the documented runner write them. No state; any thread.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/report.h"
#include "os/files.h"

namespace cli {

// One run (`ffwatt run --out x.json`), a list of them (`ffwatt runs ls --json`) or the results file of tests,
// test_results_*.json, old or new. A run that has no id gets one that follows from what it says and where it stands, so
// that the same file gives the same ids. invalid: anything else, with the file's name and the place in it.
base::Result<std::vector<jobs::Report>> read_run_file(const os::Files& files, const os::Path& name);

}  // namespace cli
