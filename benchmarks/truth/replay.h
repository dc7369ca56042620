// replay(): the power of real machines at known loads, read from a folder of sweeps (CSV with the columns cpu_name,
// load_type, cpu_load in %, rapl_energy in kWh, duration in s), and what attribution and estimate make of it.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace truth {

// For each sweep, a table in Markdown:
// - two jobs that make up each load together, against the mean of what each adds when it comes first and when it comes
//   last (Shapley's value of the measured curve);
// - what the estimate says that the machine draws above idle, against what was measured at the package.
// absent: no such folder, or no sweep in it. invalid: a sweep that cannot be read; the text says where.
base::Result<std::string> replay(const std::filesystem::path& folder);

}  // namespace truth
