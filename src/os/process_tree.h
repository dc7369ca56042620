// The process tree of a child, for machines where no control group can be made: what can be known of its CPU time while
// it runs, and which processes a kill must reach. A process that left its parent (a daemon) is not in it. Any thread.
#pragma once

#include <sys/types.h>

#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "os/root.h"
#include "units/quantity.h"

namespace os {

// The process and its living descendants, parents first; empty where it has ended.
std::vector<pid_t> process_tree(const Files& files, const Root& root, pid_t pid);

// User and system time of the tree, with that of the children it has waited for. Ticks of 10 ms. absent where it has
// ended.
base::Result<units::Seconds> tree_cpu_time(const Files& files, const Root& root, pid_t pid);

}  // namespace os
