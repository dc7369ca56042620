// The floor below every durable queue: what this disk takes to keep 4 KiB.
#pragma once

#include <string>

#include "queue/workloads.h"

namespace bench {

// Appends 4 KiB to a new file and syncs it (fdatasync), for so long; removes the file. Figures::jobs are the appends.
Figures append_and_sync(const std::string& file, double seconds);

}  // namespace bench
