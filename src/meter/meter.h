// Meter: the only place where a machine's sensors are read. It samples, keeps the ledger, and says what a workload
// took. This is the in-process form: one per process, started by the host program with the sources that it opened. All
// methods may be called from any thread. start() and stop() are idempotent; destroying it stops it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "jobs/energy.h"
#include "os/host.h"
#include "power/source.h"
#include "units/measured.h"

namespace meter {

// CPU time of a workload since it was born: its control group's counter, or what is known of its process tree.
using CpuTimeReader = std::function<base::Result<units::Seconds>()>;

struct Workload {
  std::string name;
  CpuTimeReader cpu_time;
  double reserved = 1;  // share of the machine's cores that it has for itself
};

struct LiveReading {
  units::Measured<units::Watts> power;    // of the headline's whole scope, over the last interval
  units::Measured<units::Joules> energy;  // total so far, as of the last sample
};

struct WorkloadEnergy {
  // For each scope in use, widest first: total, above_idle, idle_share. Without any source one line, which says so.
  std::vector<jobs::EnergyLine> energy;
  // Of the headline's scope as a whole, all that ran on it included: mean and largest while the workload ran.
  units::Measured<units::Watts> power, peak;
  std::vector<jobs::PowerPoint> trace;  // of the same; at most 2 000 points, thinned by averaging neighbours
  std::vector<std::string> caveats;
};

struct Settings {
  units::Hertz busy_rate{10}, idle_rate{1};
  double shortest_ticks = 3;  // work shorter than this many ticks of a zone is unmeasurable there
};

class Meter {
 public:
  Meter(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources, Settings settings = {});
  ~Meter();
  void start();  // starts sampling; a boundary read is made at once
  void stop();

  using Handle = std::uint64_t;
  // Reads every source now: call it just before the workload's processes are made.
  Handle begin(Workload workload);
  // Reads no sensor and changes nothing: any number of callers sees the same. Early on it may be unmeasurable.
  LiveReading live(Handle handle) const;
  // Reads every source now: call it just after the last process ended. `cpu_time` where known exactly (wait4), else the
  // reader is asked once more. The handle is spent.
  WorkloadEnergy end(Handle handle, std::optional<units::Seconds> cpu_time = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace meter
