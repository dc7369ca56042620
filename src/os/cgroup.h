// One control group of either version. Inside of `os`.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "os/cgroups.h"
#include "os/root.h"

namespace os {

enum class CgroupVersion { v2, v1 };

struct CgroupFolders {
  CgroupVersion version = CgroupVersion::v2;
  Path counters;                // v2: the group; v1: its folder under cpuacct
  std::optional<Path> freezer;  // v1: its folder under freezer
  // v1: where its folders under memory and pids would be; they are made only for limits.
  std::optional<Path> memory, pids;
};
std::unique_ptr<Cgroup> posix_cgroup(Files& files, const Root& root, std::string name, CgroupFolders folders);

// cgroup_limits.cpp. What limit() of a group does, by version.
base::Result<GroupLimits> limit_group(Files& files, const Root& root, const CgroupFolders& folders,
                                      const GroupLimits& wanted);
base::Result<std::int64_t> oom_kills_of(const Files& files, const CgroupFolders& folders);

// The kernel fills a new group's folder with files; below another Root than "/" nobody does, so we do.
base::Result<void> stand_in_for_the_kernel(Files& files, const Root& root, const Path& folder, CgroupVersion version);

}  // namespace os
