// The parts of RealHost. Inside of `os`; everybody else gets them from a Host.
#pragma once

#include <memory>

#include "os/cgroups.h"
#include "os/clock.h"
#include "os/files.h"
#include "os/perf_events.h"
#include "os/processes.h"
#include "os/random.h"
#include "os/root.h"

namespace os {

std::unique_ptr<Clock> posix_clock();
std::unique_ptr<Random> posix_random();
std::unique_ptr<Files> posix_files();
// Process ids are real whatever the Root, so /proc/PID is the real one too.
std::unique_ptr<Processes> posix_processes(const Clock& clock);
std::unique_ptr<PerfEvents> posix_perf_events();
std::unique_ptr<Cgroups> posix_cgroups(Files& files, const Root& root);

}  // namespace os
