// Cgroups: one control group per workload, to know its CPU time exactly and to kill every process of it.
// Version 2 where the unified hierarchy has what we need, version 1 (cpuacct, freezer) else. All paths come from a
// Root, so that a folder of files stands in for the kernel in tests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "units/quantity.h"

namespace os {

// What a group may take at most; absent: no limit.
struct GroupLimits {
  std::optional<units::Bytes> memory;  // and no swap beside it
  std::optional<std::int64_t> tasks;   // threads count, too
  bool operator==(const GroupLimits&) const = default;
};

class Cgroup {
 public:
  virtual ~Cgroup() = default;
  virtual const std::string& name() const = 0;
  virtual std::string_view version() const = 0;               // "v2" or "v1"
  virtual std::vector<Path> join_files() const = 0;           // for SpawnSpec::join_files
  virtual Path counters() const = 0;                          // the folder in which its CPU time stands
  virtual base::Result<units::Seconds> cpu_time() const = 0;  // of all its processes since it was made
  virtual base::Result<std::vector<pid_t>> members() const = 0;
  // Before the first member: writes the limits, and reads back what is in force, which may be rounded. absent where the
  // kernel has no such controller here or does not let us have it; the text says which. Changes join_files().
  virtual base::Result<GroupLimits> limit(const GroupLimits& wanted) = 0;
  // How many of its processes the kernel killed for want of memory; absent where nobody counts.
  virtual base::Result<std::int64_t> out_of_memory_kills() const = 0;
  // SIGKILL to every member, again until none is left (v2 cgroup.kill, v1 a loop). retry where some cannot be killed.
  virtual base::Result<void> kill_all() = 0;
  // Removes the empty group; absent is ok.
  virtual base::Result<void> remove() = 0;
};

class Cgroups {
 public:
  virtual ~Cgroups() = default;
  // Makes (or finds again) the group ffwatt/<name>. absent where no usable hierarchy is writable; the text says why,
  // and the caller falls back to the process tree.
  virtual base::Result<std::unique_ptr<Cgroup>> open(std::string_view name) = 0;
  // Names below ffwatt/, for clean-up after a crash.
  virtual base::Result<std::vector<std::string>> list() const = 0;
};

}  // namespace os
