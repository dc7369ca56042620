// MachineTree: a simulated machine as the files below /sys and /proc, for tests of the code that reads them. A thin
// layer: values come from sensors.h and kernel_counters.h, at the time of the clock.
// The energy counters are there twice, as on a real machine: in powercap and as the perf PMU "power". The PMU is read
// by a system call, which no file can answer: files below /perf stand in for it (os::perf_events_from_files(), which
// every host has whose root is not the real one). Refers to files, machine and clock, which outlive it; one thread at a
// time.
#pragma once

#include <string>

#include "os/clock.h"
#include "power_testing/kernel_counters.h"
#include "power_testing/live_files.h"
#include "power_testing/sensors.h"

namespace power_testing {

class MachineTree {
 public:
  // Which control groups the machine has. v1 knows the CPU time of each CPU, v2 only the sum.
  enum class Groups { v1, v2 };
  MachineTree(LiveFiles& files, Machine& machine, const os::Clock& clock, Groups groups, std::uint64_t seed = 1);

  // A control group for the program; its folder, as os::Cgroup::counters() tells it.
  os::Path add_group(Machine::ProgramId program);
  void remove_group(Machine::ProgramId program);

 private:
  void add_powercap(std::uint64_t seed);
  void add_perf(std::uint64_t seed);
  void add_cpus();

  LiveFiles& files_;
  Machine& machine_;
  const os::Clock& clock_;
  const Groups groups_;
  KernelCounters kernel_;
};

}  // namespace power_testing
