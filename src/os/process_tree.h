// The process tree of a child, for machines where no control group can be made: which processes a kill must reach, and
// of which the CPU time is counted (tree_counter.h). A process that left its parent (a daemon) is not in it. Any
// thread.
#pragma once

#include <sys/types.h>

#include <vector>

#include "os/files.h"
#include "os/root.h"

namespace os {

// Of all its threads; each may have children of its own.
std::vector<pid_t> children(const Files& files, const Root& root, pid_t pid);

// The process and its living descendants, parents first; empty where it has ended.
std::vector<pid_t> process_tree(const Files& files, const Root& root, pid_t pid);

}  // namespace os
