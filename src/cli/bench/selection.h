// Which kept runs a person means by one word, as one setting to compare.
#pragma once

#include <string>

#include "cli/command.h"
#include "report/experiment.h"

namespace cli::bench {

// A run by its id; all runs with a tag, "preset=fast", or with several, "bench=8x7n4a,preset=fast"; a file of
// runs (cli/run_files.h). By::name: all runs called so.
// Warm-ups of sweeps are left out. absent: none is meant.
enum class By { word, name };
base::Result<report::SettingRuns> select_runs(Context& context, const std::string& word, By by);

// Runs of one sweep keep their blocks, by which they are compared in pairs; of others nobody knows which belong
// together, and no block is left.
void keep_blocks_of_one_sweep(std::vector<report::SettingRuns>& settings);

}  // namespace cli::bench
