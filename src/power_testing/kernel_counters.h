// Kernel counters: the CPU time of a simulated machine and its programs as the kernel would tell it, as numbers and as
// the text of its files. Its CPUs are the machine's cores, socket by socket.
// Refers to the machine, which outlives it; one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "os/machine.h"
#include "power_sources/simulated/machine.h"

namespace power_testing {

using power_sources::simulated::Machine;

class KernelCounters {
 public:
  explicit KernelCounters(Machine& machine) : machine_(machine) {}

  // /proc/stat: whole ticks of 10 ms per CPU.
  os::CpuTimes load(units::BootTime now);  // of all CPUs
  std::string proc_stat(units::BootTime now);

  // A control group's counter is brought up to date when a tick of the scheduler finds its threads: it lags by up to
  // kSchedulerTick while they run. Once they have ended it is exact.
  units::Seconds group(Machine::ProgramId program, units::BootTime now);  // in whole µs, as v2 shows it
  units::Seconds exact(Machine::ProgramId program, units::BootTime now) { return machine_.cpu_of(program, now); }
  std::string cpu_stat(Machine::ProgramId program, units::BootTime now);       // v2
  std::string cpuacct_usage(Machine::ProgramId program, units::BootTime now);  // v1, ns
  std::string cpuacct_usage_percpu(Machine::ProgramId program, units::BootTime now);
  std::string root_usage_percpu(units::BootTime now);  // of all that runs

  static constexpr units::Seconds kSchedulerTick{0.004};  // CONFIG_HZ=250

 private:
  units::BootTime last_tick(Machine::ProgramId program, units::BootTime now) const;
  std::string by_cpu(std::span<const units::Seconds> by_socket) const;

  Machine& machine_;
};

}  // namespace power_testing
