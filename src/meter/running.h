// Running: one workload between its begin and its end. Guarded by the meter.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "attribution/calibration.h"
#include "attribution/spread.h"
#include "meter/group_power.h"
#include "meter/groups.h"
#include "meter/local_meter.h"
#include "meter/settle.h"
#include "meter/tally.h"
#include "meter/trace.h"
#include "power/run_trace.h"
#include "power/sampler.h"

namespace meter {

// What all workloads of a meter have in common; outlives them.
struct Common {
  const power::Sampler* sampler = nullptr;
  std::span<const power::Zone> zones;
  std::span<const Group> groups;
  std::span<const std::size_t> place_of;                               // of each zone
  std::span<const std::optional<units::Measured<units::Watts>>> idle;  // of each zone; changes under the meter's lock
  const std::optional<attribution::WallFactor>* wall = nullptr;        // as calibrated; changes likewise
  units::Hertz busy_rate{10};
  double shortest_ticks = 3;
  IdlePolicy policy = IdlePolicy::reserved;
};

// Over less than this a group's power is noise, and no point of a trace.
units::Seconds shortest_interval(const Group& group, const Common& common);

class Running {
 public:
  Running(Workload workload, std::unique_ptr<WorkloadCpu> cpu, const Common& common, const power::Snapshot& begin);

  const Workload& workload() const { return workload_; }
  units::BootTime began() const { return begin_.at; }
  WorkloadCpu& cpu() const { return *cpu_; }
  // What a look at its CPU time saw (absent: it failed); what was used since the last one that saw any.
  std::optional<attribution::CpuUse> take_cpu(const os::CpuTime* seen);
  // What it can have used by `now`, whatever its owner says: what its group's counter shows (`read`; it lags by a tick
  // of each CPU at most), else all CPUs since its begin. Nothing where the machine's load is not known.
  std::optional<units::Seconds> most_cpu(const MachineStep& machine, const os::CpuTime* read,
                                         units::BootTime now) const;
  void end_with(units::Seconds cpu_time) { final_cpu_ = cpu_time; }
  std::optional<units::Seconds> final_cpu() const { return final_cpu_; }

  // What the zones took since the pass before; each pass, in their order. It may come some passes late, but before the
  // end.
  void trace(std::span<const ZoneStep> zones, const power::Snapshot& now);
  // What they took since the last charge, and by whom.
  void add(std::span<const ZoneStep> zones, const MachineStep& machine, std::span<const CpuStep> places,
           std::span<attribution::Charge> charged);
  bool cpu_is_late() const { return late_; }  // its last reading failed, so the next one covers several steps

  // As of the last add(); `now` is the snapshot of that step.
  LiveReading live(const power::Snapshot& now, std::span<const GroupPower> groups) const;
  WorkloadEnergy finish(const power::Snapshot& now, std::span<attribution::Charge> charged);
  // So far, of the headline's scope.
  WorkloadAccount account(const power::Snapshot& now) const;

 private:
  struct Settled {
    std::vector<ScopeEnergy> scopes;  // in the order of the groups
    std::size_t headline = 0;
  };
  Settled settle_all(const power::Snapshot& now) const;
  RunFacts run(const power::Snapshot& now) const;
  units::Measured<units::Watts> peak(const Trace& trace, const ScopeEnergy& energy) const;
  std::vector<std::string> caveats(const power::Snapshot& now) const;
  double other_work() const;  // of the machine's CPU time, 0 to 1
  bool other_work_noticed() const;

  Workload workload_;
  std::unique_ptr<WorkloadCpu> cpu_;
  const Common* common_;
  power::Snapshot begin_;
  Tally tally_;
  std::vector<Trace> traces_;  // in the order of the groups
  power::RunTrace whole_trace_;

  os::CpuTime last_;
  units::Seconds first_cpu_{}, last_cpu_{};
  std::optional<units::Seconds> final_cpu_;
  bool cpu_known_ = false, late_ = false;
  units::Seconds elapsed_{}, busy_{}, capacity_{}, steal_{};
  std::size_t steps_without_load_ = 0;
};

}  // namespace meter
