// A machine with one disk, and a process at work on it. For tests only.
#pragma once

#include <memory>

#include "os/host.h"
#include "os_testing/manual_clock.h"
#include "os_testing/seeded_random.h"
#include "simulation/disk_vfs.h"

namespace simulation {

class Machine {
 public:
  explicit Machine(std::uint64_t seed = 1) : random(seed) {}

  os_testing::ManualClock clock;
  os_testing::SeededRandom random;
  Disk disk{clock};
};

class Process {
 public:
  explicit Process(Machine& machine)
      : files(machine.disk), vfs(files, machine.random, machine.clock), host{machine.clock,    machine.random,
                                                                             real().root,      files,
                                                                             real().processes, real().cgroups} {}

  DiskFiles files;
  DiskVfs vfs;
  os::Host host;

 private:
  static os::Host& real() {  // of which only what needs no disk is used
    static os::RealHost made;
    return made.host();
  }
};

struct Killed {};

// Kills a process before its n-th step.
inline DiskFiles::Before at_step(int n) {
  return [n](std::string_view, const os::Path&) mutable {
    if (--n == 0) throw Killed();
  };
}

}  // namespace simulation
