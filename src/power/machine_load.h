// MachineLoad: the CPU time of the whole machine, read often: /proc/stat held open, and where control groups of version
// 1 are there their root group, which counts in nanoseconds where /proc/stat counts in ticks of 10 ms per CPU.
// One thread at a time; no allocation in the loop.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "os/cpu_counter.h"
#include "os/cpu_topology.h"
#include "os/files.h"
#include "os/machine.h"
#include "os/root.h"

namespace power {

// How /proc/stat counts (USER_HZ is 100 on every Linux that matters).
inline constexpr units::Seconds kCpuTick{0.01};

struct MachineTimes {
  os::CpuTimes total;
  // Index: socket; empty on a machine of one socket or where it is not known which CPU sits where.
  std::vector<units::Seconds> busy_by_socket;
};

class MachineLoad {
 public:
  static base::Result<MachineLoad> open(const os::Files& files, const os::Root& root);

  base::Result<void> read(MachineTimes& out);
  base::Result<os::CpuTimes> read();  // the total alone

  enum class Precision { ticks, exact };
  Precision precision() const { return group_ ? Precision::exact : Precision::ticks; }
  const os::CpuTopology& topology() const { return *topology_; }

 private:
  MachineLoad() = default;
  base::Result<void> read_stat(MachineTimes& out);

  std::unique_ptr<os::CpuTopology> topology_;  // its address is kept by group_
  std::unique_ptr<os::HeldFile> stat_;
  std::optional<os::CpuCounter> group_;
  os::CpuTime group_time_;
  std::vector<char> buffer_;
};

}  // namespace power
