// NVIDIA's GPUs of this machine as their driver names them, for the facts of a node. Their energy is nvml's.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "units/quantity.h"

namespace power_sources {

struct GpuFacts {
  std::string name;       // "NVIDIA L4"
  std::string uuid;       // "GPU-…"; empty where it is not told
  std::string driver;     // "550.54.14"; likewise
  units::Bytes memory{};  // 0: not told
  bool operator==(const GpuFacts&) const = default;
};

// In the driver's order; empty where it has none. absent: there is no NVML here; failed: it says why. `library` is a
// path; empty: as the loader finds it. Starts and ends NVML; takes a second or so where the driver sleeps.
base::Result<std::vector<GpuFacts>> gpus(const os::Path& library);

}  // namespace power_sources
