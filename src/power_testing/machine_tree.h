// MachineTree: a simulated machine as the files below /sys and /proc, for tests of the code that reads them. A thin
// layer: values come from sensors.h and kernel_counters.h. Files are made once and then written over in place at a
// fixed width, as a reader that holds one open must see the new value.
// Refers to files and machine, which outlive it; one thread at a time.
#pragma once

#include <string>
#include <vector>

#include "os/files.h"
#include "os/root.h"
#include "power_testing/kernel_counters.h"
#include "power_testing/sensors.h"

namespace power_testing {

class MachineTree {
 public:
  MachineTree(os::Files& files, os::Root root, Machine& machine, std::uint64_t seed = 1);

  // A control group for the program, of both versions: ffwatt/<name>.
  void add_group(Machine::ProgramId program, std::string name);
  // Writes what every file shows at `now`. A failure to write ends the program: there is no test without.
  void show(units::BootTime now);

 private:
  void make(std::string_view path, std::string_view content);
  void put(std::string_view path, std::string_view content);

  struct Group {
    Machine::ProgramId program;
    std::string name;
  };
  struct Zone {
    std::string folder;
    CounterSensor sensor;
  };
  os::Files& files_;
  os::Root root_;
  Machine& machine_;
  KernelCounters kernel_;
  std::vector<Zone> zones_;
  std::vector<Group> groups_;
};

}  // namespace power_testing
