// Host: everything outside the program, passed in at the top. Nothing above this floor asks libc for the time, a random
// number, a file of /proc or a child; so a test hands in a folder and a clock that it moves by hand, and a simulator
// hands in a world. The parts outlive the Host, which only refers to them.
#pragma once

#include <memory>

#include "os/cgroups.h"
#include "os/clock.h"
#include "os/files.h"
#include "os/perf_events.h"
#include "os/processes.h"
#include "os/random.h"
#include "os/root.h"

namespace os {

struct Host {
  Clock& clock;
  Random& random;
  Root root;
  Files& files;
  Processes& processes;
  Cgroups& cgroups;
  PerfEvents& perf = no_perf_events();
};

// The real machine, with /proc, /sys and /dev below `root`. Made once in main.
class RealHost {
 public:
  explicit RealHost(Root root = Root());
  ~RealHost();
  Host& host() { return *host_; }

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
  std::unique_ptr<Host> host_;
};

}  // namespace os
