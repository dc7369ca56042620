// WorkloadCpu: the CPU time of one workload and the processes that make it up, from its control group or its process
// tree. Guarded by the meter.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "meter/meter.h"
#include "os/cpu_counter.h"
#include "os/host.h"
#include "os/new_processes.h"

namespace meter {

class WorkloadCpu {
 public:
  virtual ~WorkloadCpu() = default;
  // Since the workload was born, into `out`.
  virtual base::Result<void> look(os::CpuTime& out) = 0;
  // Whether a look sees all that was used until then, or some of it later (children that were not waited for yet).
  enum class Tells { all, late };
  virtual Tells tells() const { return Tells::late; }
  // Of a look: one small file, or one large one for each process.
  enum class Cost { little, much };
  virtual Cost cost() const { return Cost::little; }
  virtual void members(std::vector<pid_t>& out) const = 0;
  virtual void follow(pid_t /*process*/) {}
};

// `host`, `topology` and `news` outlive it.
std::unique_ptr<WorkloadCpu> watch_cpu(const os::Host& host, const os::CpuTopology& topology, os::NewProcesses& news,
                                       const Workload& workload);
// One whose CPU time the caller tells: for a host program that knows it, and for tests.
std::unique_ptr<WorkloadCpu> told_cpu(std::function<base::Result<units::Seconds>()> reader);

}  // namespace meter
