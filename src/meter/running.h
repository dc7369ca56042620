// Running: one workload between its begin and its end. Guarded by the meter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "meter/meter.h"
#include "meter/settle.h"
#include "meter/tally.h"
#include "meter/trace.h"
#include "power/sampler.h"

namespace meter {

// The zones of one scope that one source provides; of several sources of one scope the first (best) one.
struct Group {
  units::Scope scope = units::Scope::machine;
  std::string source;
  std::vector<std::size_t> zones;  // indices into Sampler::zones()
};
// Widest scope first: machine, psys, package, gpu, dram.
std::vector<Group> groups_of(const power::Sampler& sampler);

// The machine's CPU time over one step.
struct MachineStep {
  units::Seconds elapsed{};
  units::Seconds busy{}, capacity{}, steal{};
  enum class Load { read, unreadable } load = Load::read;
};

class Running {
 public:
  Running(Workload workload, std::span<const power::Zone> zones, std::span<const Group> groups,
          const power::Snapshot& begin, const Settings& settings);

  // Asks the workload's reader; changes nothing, so it may run beside live().
  std::optional<units::Seconds> look_at_cpu() const;
  // What such a look saw; the CPU time used since the last one that saw any.
  std::optional<units::Seconds> take_cpu(std::optional<units::Seconds> seen);
  void end_with(units::Seconds cpu_time) { final_cpu_ = cpu_time; }
  std::optional<units::Seconds> final_cpu() const { return final_cpu_; }

  void add(std::span<const ZoneStep> zones, const power::Snapshot& now, const MachineStep& machine, const CpuStep& cpu);
  double reserved() const { return workload_.reserved; }
  bool cpu_is_late() const { return late_; }  // its last reading failed, so the next one covers several steps

  // As of the last add(); `now` is the snapshot of that step.
  LiveReading live(const power::Snapshot& now) const;
  WorkloadEnergy finish(const power::Snapshot& now);

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
  std::span<const power::Zone> zones_;
  std::span<const Group> groups_;
  power::Snapshot begin_;
  Settings settings_;
  Tally tally_;
  std::vector<Trace> traces_;  // in the order of the groups

  units::Seconds first_cpu_{}, last_cpu_{};
  std::optional<units::Seconds> final_cpu_;
  bool cpu_known_ = false, late_ = false;
  units::Seconds elapsed_{}, busy_{}, capacity_{}, steal_{};
  std::size_t steps_without_load_ = 0;
};

}  // namespace meter
