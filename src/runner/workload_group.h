// WorkloadGroup: all processes of one workload: the kernel's control group where one can be made, else the process tree
// of the command. Says what CPU time they took, kills them, and removes the group. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "os/host.h"

namespace runner {

class WorkloadGroup {
 public:
  WorkloadGroup(os::Host& host, const std::string& id);
  ~WorkloadGroup();
  WorkloadGroup(const WorkloadGroup&) = delete;
  WorkloadGroup& operator=(const WorkloadGroup&) = delete;

  std::vector<os::Path> join_files() const;
  // To set limits on; nothing without one.
  os::Cgroup* control_group() { return group_.get(); }
  // The kernel refused to let a child in: go on with the process tree.
  void give_up_control_group();
  // Where the meter finds the group's CPU time; nothing without one.
  std::optional<os::Path> counters() const;
  // Of everything that ever was in the control group; nothing without one.
  std::optional<units::Seconds> exact_cpu_time() const;

  // Processes that still live after the command itself ended; without a control group nobody can know.
  std::vector<pid_t> left_over() const;
  // SIGKILL to every process of the workload.
  void kill(os::Process& process);
  // Removes the control group if nothing lives in it.
  void remove();

 private:
  os::Host& host_;
  std::unique_ptr<os::Cgroup> group_;
};

}  // namespace runner
