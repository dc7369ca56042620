// Accountant: the meter's work without its thread: the real sampler and ledger are read at given moments, and every
// interval is charged by the real attribution::attribute(). So thousands of hours pass in a minute. Beside each job's
// joules it keeps what two usual rules would have charged. One thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "attribution/attribute.h"
#include "os_testing/manual_clock.h"
#include "power/sampler.h"
#include "power_testing/kernel_counters.h"
#include "power_testing/simulated_sources.h"

namespace truth {

using power_sources::simulated::Machine;

struct Baseline {
  units::Watts power{};
  units::Watts spread{};              // standard error of the mean
  units::Seconds busy_each_second{};  // CPU time of the background in the quiet window, a second
};

// One job in the zones of one scope.
struct JobCharge {
  units::Joules above_idle{};
  units::Joules times_utilisation{};  // rule: all energy × its part of the machine's capacity
  units::Joules times_share{};        // rule: all energy × its part of the busy time
  // For the interval.
  units::Joules timing{};  // that may lie on the other side of a boundary
  units::Joules baseline_error{};
  double unlike = 0;  // Σ |energy × (1 − share) × √(1 + Σ q²)|, q: the others' parts of their own time
};

class Accountant {
 public:
  Accountant(Machine& machine, os_testing::ManualClock& clock, std::unique_ptr<power::Source> source,
             std::vector<Baseline> baselines);

  using JobId = Machine::ProgramId;
  void begin(JobId job);  // just before it starts
  void end(JobId job);    // just after it has ended: its CPU time is known exactly
  void pass();            // a sample

  // Of one zone of the source. A job's is final when the zone has had a reading after its end.
  const JobCharge& charge(JobId job, std::size_t zone) const { return charges_.at(job)[zone]; }
  units::Joules energy(std::size_t zone) const;
  // |Σ jobs + system + idle − energy| ÷ Σ |terms|
  double conservation(std::size_t zone) const;
  const power::Sampler& sampler() const { return sampler_; }

 private:
  struct Open {  // since the zone's last new reading
    units::Joules energy{};
    units::Seconds duration{}, busy{}, elapsed{};
    std::map<JobId, units::Seconds> cpu;
  };
  struct Sums {
    double parts = 0, size = 0;
  };
  void take(const power::Snapshot& now);
  void charge_zone(std::size_t zone, units::BootTime now);
  units::Seconds settle_ticks(units::Seconds busy, units::Seconds jobs);

  Machine& machine_;
  os_testing::ManualClock& clock_;
  power_testing::KernelCounters kernel_;
  std::vector<Baseline> baselines_;
  power::Sampler sampler_;
  power::Snapshot last_;
  std::map<JobId, units::Seconds> running_;  // CPU time at the last pass
  std::optional<JobId> ending_;
  std::optional<os::CpuTimes> last_load_;
  units::Seconds ticks_owed_{};
  std::vector<Open> open_;
  std::vector<Sums> sums_;
  std::map<JobId, std::vector<JobCharge>> charges_;
};

// Reads the source in a quiet window, as a calibration does.
std::vector<Baseline> calibrate(Machine& machine, os_testing::ManualClock& clock, std::unique_ptr<power::Source> source,
                                units::Seconds window, units::Hertz rate);

}  // namespace truth
