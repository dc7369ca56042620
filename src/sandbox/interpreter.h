// The dynamic linker of a program: what the kernel runs in its place. Inside of `sandbox`.
#pragma once

#include <optional>

#include "base/result.h"
#include "os/files.h"

namespace sandbox {

// Nothing for a static program. absent for a script: what it starts cannot be known, so it cannot be kept to one
// program.
base::Result<std::optional<os::Path>> interpreter_of(const os::Files& files, const os::Path& program);

}  // namespace sandbox
