// The child's side of spawn: what happens between fork and exec. Everything is prepared before the fork, because only
// async-signal-safe calls are allowed after it in a program with threads. Inside of `os`.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "os/processes.h"

namespace os {

// Where it failed; sent through the error pipe with errno.
enum class ChildStage : std::int32_t { die_with_parent, own_group, join, folder, descriptors, step, exec };

struct ChildFault {
  ChildStage stage;
  std::int32_t number;  // errno
  std::int32_t index;   // of the join file or the step
};

struct ChildPlan {
  const char* program = nullptr;
  std::vector<char*> arguments, environment;  // null-terminated
  const char* folder = nullptr;
  std::vector<const char*> join_files;
  std::vector<const ChildStep*> steps;
  std::vector<std::pair<int, int>> descriptors;  // child's number, ours
  int lowest_free = 0;                           // above every child's number
  int last_descriptor = 0;                       // bound for the slow way to mark descriptors
  int error_pipe = -1;
  pid_t parent = 0;
  SpawnSpec::Group group = SpawnSpec::Group::ours;
  SpawnSpec::WhenWeDie when_we_die = SpawnSpec::WhenWeDie::live_on;
  // Room for the copies of descriptors, so that the child need not allocate.
  std::vector<int> copies;
};

// Never returns: execs, or writes a ChildFault and exits.
[[noreturn]] void become(ChildPlan& plan);

}  // namespace os
