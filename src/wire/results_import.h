// Reading results files of stream tests again: those that ffwatt wrote (results_file.h) and those of the documented
// format alone, in which nothing of ours stands. Pure, any thread.
#pragma once

#include <vector>

#include "base/result.h"
#include "jobs/report.h"
#include "json/value.h"

namespace wire {

// One report a row, in their order, rows of the same name too. What the file does not say stays unknown: no energy is
// no energy line, never 0. A row's caveats say what it lacks. `id` is empty where the row has none.
// invalid: no object with `scenarios`, a wrong type, a row without any time; every fault with its JSON pointer.
base::Result<std::vector<jobs::Report>> decode_results_file(const json::Value& value);

}  // namespace wire
