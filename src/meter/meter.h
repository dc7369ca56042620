// Meter: says what a workload took. Exactly one per machine reads the sensors (architecture: the exporter's service or
// one that the agent starts); LocalMeter is that one, RemoteMeter speaks to it over a unix socket. Whoever runs work
// knows only this interface. All methods may be called from any thread and none fails: what could not be measured is
// said in the result.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "jobs/energy.h"
#include "os/files.h"
#include "units/measured.h"

namespace meter {

// Who shares the idle power of a machine, and how: by the cores that are reserved for it, in equal parts, by CPU time,
// or not at all.
enum class IdlePolicy { reserved, equal, share, none };

struct Workload {
  std::string name;                       // of the job, for people and for the series of running jobs
  std::optional<os::Path> control_group;  // os::Cgroup::counters(); absent: the process tree, see follow()
  double reserved = 1;                    // share of the machine's cores that it has for itself
  std::vector<int> cpus{};                // the only ones it may run on; empty: any
};

struct LiveReading {
  units::Measured<units::Watts> power;    // of the headline's whole scope, over the last interval
  units::Measured<units::Joules> energy;  // total so far, as of the last sample
};

struct WorkloadEnergy {
  // For each scope in use, widest first: total, above_idle, idle_share, marginal. Without any source one line, which
  // says so.
  std::vector<jobs::EnergyLine> energy;
  // Of the headline's scope as a whole, all that ran on it included: mean and largest while the workload ran.
  units::Measured<units::Watts> power, peak;
  std::vector<jobs::PowerPoint> trace;  // of the same; at most 2 000 points, thinned by averaging neighbours
  std::string power_trace{};            // what every zone counted at every sample; the bytes of power/power_trace.h
  std::vector<std::string> caveats;
};
// The result where nothing could be measured at all.
WorkloadEnergy nothing_measured(std::string_view reason);
LiveReading nothing_live(std::string_view reason);

class Meter {
 public:
  virtual ~Meter() = default;

  // Of every zone that is read; empty where there is none, or nobody answers.
  virtual std::vector<units::Quality> qualities() = 0;

  using Handle = std::uint64_t;
  // Reads every source now: call it just before the workload's processes are made.
  virtual Handle begin(const Workload& workload) = 0;
  // Where there is no control group: the first process of the tree, as soon as it lives.
  virtual void follow(Handle handle, pid_t process) = 0;
  // Reads no sensor and changes nothing: any number of callers sees the same. Early on it may be unmeasurable.
  virtual LiveReading live(Handle handle) = 0;
  // Reads every source now: call it just after the last process ended. `cpu_time` where known exactly (wait4), else it
  // is read once more. The handle is spent.
  virtual WorkloadEnergy end(Handle handle, std::optional<units::Seconds> cpu_time = {}) = 0;
};

}  // namespace meter
