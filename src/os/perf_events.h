// PerfEvents: counters of the machine (not of a process) through perf_event_open(2), read as groups: one system call
// for all counters of a package, so that they are of one moment. Opened from one thread, each group read from one
// thread at a time. The real one asks the kernel; below another Root than "/" files stand in for it, so that a test or
// a simulator can present counters. Errors: denied (kernel.perf_event_paranoid or a seccomp filter forbids it), absent
// (no such event, the CPU is offline), failed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "os/root.h"

namespace os {

struct CounterGroupSpec {
  std::uint32_t pmu = 0;  // /sys/bus/event_source/devices/<pmu>/type
  int cpu = 0;            // one of the PMU's cpumask
  struct Event {
    std::string name;  // "energy-pkg"; for people, and for the files that stand in
    std::uint64_t config = 0;
  };
  std::vector<Event> events;  // the first one leads the group; at least one
};

class CounterGroup {
 public:
  virtual ~CounterGroup() = default;
  // The counts, in the order of the events; `values` must have as many places. The real one makes one read(2). A count
  // begins near 0 when the group is opened and is widened to 64 bits by the kernel.
  virtual base::Result<void> read(std::span<std::uint64_t> values) = 0;
};

class PerfEvents {
 public:
  virtual ~PerfEvents() = default;
  virtual base::Result<std::unique_ptr<CounterGroup>> open_group(const CounterGroupSpec& spec) = 0;
};

// Counts as decimal text in <root>/perf/<cpu>/<event>. `files` outlives it and its groups.
std::unique_ptr<PerfEvents> perf_events_from_files(const Files& files, const Root& root);

// What a Host has that was put together without counters: it refuses.
PerfEvents& no_perf_events();

}  // namespace os
