// WorkloadGroup: all processes of one workload: the kernel's control group where one can be made, else the process tree
// of the command. Says what CPU time they took, kills them, and removes the group. One thread, but the reader of
// cpu_time_reader(), which any thread may call and which may outlive the object.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meter/meter.h"
#include "os/host.h"

namespace runner {

class WorkloadGroup {
 public:
  WorkloadGroup(os::Host& host, const std::string& id);
  ~WorkloadGroup();
  WorkloadGroup(const WorkloadGroup&) = delete;
  WorkloadGroup& operator=(const WorkloadGroup&) = delete;

  std::vector<os::Path> join_files() const;
  // The kernel refused to let a child in: go on with the process tree.
  void give_up_control_group();
  void follow(pid_t child);  // the command's first process, as soon as it lives

  meter::CpuTimeReader cpu_time_reader() const;
  // Of everything that ever was in the control group; nothing without one.
  std::optional<units::Seconds> exact_cpu_time() const;

  // Processes that still live after the command itself ended; without a control group nobody can know.
  std::vector<pid_t> left_over() const;
  // SIGKILL to every process of the workload.
  void kill(os::Process& process);
  // Removes the control group if nothing lives in it.
  void remove();

 private:
  struct Shared;
  os::Host& host_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace runner
