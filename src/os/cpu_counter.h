// CpuCounter: the CPU time of one control group, held open and read often, v1 or v2, without allocation in the loop.
// One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/cgroups.h"
#include "os/cpu_topology.h"
#include "os/files.h"
#include "units/quantity.h"

namespace os {

// CPU time since some fixed moment. `by_socket` is indexed by socket number; empty where it is not known how the time
// was spread (or where there is only one socket).
struct CpuTime {
  units::Seconds total{};
  std::vector<units::Seconds> by_socket;
};

class CpuCounter {
 public:
  // `folder` is the group's: v2 (cpu.stat) or v1 cpuacct (cpuacct.usage, and on several sockets usage_percpu).
  // `topology` must outlive the counter. absent where the folder is no such group.
  static base::Result<CpuCounter> open(const Files& files, const Path& folder, const CpuTopology& topology);
  // Into `out`, which is reused. Errors: absent once the group was removed.
  base::Result<void> read(CpuTime& out);

 private:
  enum class Format { v2_stat, v1_total, v1_per_cpu };
  CpuCounter(std::unique_ptr<HeldFile> file, Format format, const CpuTopology& topology, std::string path);

  std::unique_ptr<HeldFile> file_;
  Format format_;
  const CpuTopology* topology_;
  std::string path_;
  std::vector<char> buffer_;
};

}  // namespace os
