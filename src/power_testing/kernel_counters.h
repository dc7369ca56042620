// Kernel counters: the CPU time of a simulated machine and its programs as the kernel would tell it, as numbers and as
// the text of its files. Its CPUs are the machine's cores, socket by socket.
// Refers to the machine, which outlives it; one thread at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "os/machine.h"
#include "power_sources/simulated/machine.h"

namespace power_testing {

using power_sources::simulated::Machine;

class KernelCounters {
 public:
  explicit KernelCounters(Machine& machine) : machine_(machine) {}

  // The kernel brings its counters up to date when a tick of the scheduler finds a thread running, or when a thread
  // stops: so all of them show what was at the last tick, but for programs that have ended, which are exact.
  // The programs that have a control group; the others are exact only at ticks.
  void follow(Machine::ProgramId program) { followed_.push_back(program); }
  void leave(Machine::ProgramId program) { std::erase(followed_, program); }

  // /proc/stat: whole ticks of 10 ms per CPU.
  os::CpuTimes load(units::BootTime now);  // of all CPUs
  std::string proc_stat(units::BootTime now);

  units::Seconds group(Machine::ProgramId program, units::BootTime now);       // in whole µs, as v2 shows it
  std::string cpu_stat(Machine::ProgramId program, units::BootTime now);       // v2
  std::string cpuacct_usage(Machine::ProgramId program, units::BootTime now);  // v1, ns
  std::string cpuacct_usage_percpu(Machine::ProgramId program, units::BootTime now);
  std::string root_usage_percpu(units::BootTime now);  // of all that runs

  static constexpr units::Seconds kSchedulerTick{0.004};  // CONFIG_HZ=250

 private:
  units::BootTime last_tick(units::BootTime now) const;
  units::BootTime shown(Machine::ProgramId program, units::BootTime now) const;
  units::Seconds busy(int socket, units::BootTime now);
  std::string by_cpu(std::span<const units::Seconds> by_socket) const;

  Machine& machine_;
  std::vector<Machine::ProgramId> followed_;
};

}  // namespace power_testing
