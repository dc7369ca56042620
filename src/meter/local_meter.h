// LocalMeter: the one that reads the sensors. It samples, keeps the ledger and the accounts of all workloads, and knows
// what it costs itself. Started by its host program with the sources that it opened. Any thread; start() and stop() are
// idempotent; destroying it stops it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "attribution/calibration.h"
#include "meter/learning.h"
#include "meter/meter.h"
#include "meter/workload_cpu.h"
#include "os/host.h"
#include "power/sampler.h"
#include "power/source.h"

namespace meter {

struct Settings {
  units::Hertz busy_rate{10}, idle_rate{1};
  // How often joules are charged to workloads between boundary reads; half as often where all of them are process
  // trees, which cost most to look at. Sensors are read more often, for the trace; to look at the CPU time of each
  // workload ten times a second would cost more than all else together.
  units::Seconds charge_every{1};
  double shortest_ticks = 3;  // work shorter than this many ticks of a zone is unmeasurable there
  IdlePolicy idle = IdlePolicy::reserved;
  attribution::Calibration calibration{};
  std::string why_no_source = "no power source is readable; see ffwatt doctor";  // told where there is none
};

// Where the joules of one zone went since the meter started. Signed; the four parts add up to `energy` to 1e-9.
struct ZoneAccount {
  units::Joules energy{};
  units::Joules above_idle{}, idle_share{};  // of all workloads
  units::Joules system{};                    // above idle, of everything else
  units::Joules unallocated_idle{};
  std::optional<units::Measured<units::Watts>> idle;  // the baseline in use
};

// A workload that runs, or ended less than five minutes ago.
struct WorkloadAccount {
  std::string name;
  units::Scope scope = units::Scope::machine;
  units::Measured<units::Joules> above_idle, idle_share;  // so far
};

class LocalMeter final : public Meter {
 public:
  LocalMeter(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources, Settings settings = {});
  ~LocalMeter() override;
  void start();  // starts sampling; a boundary read is made at once
  void stop();

  std::vector<units::Quality> qualities() override;
  Handle begin(const Workload& workload) override;
  // The same with CPU times from elsewhere.
  Handle begin(const Workload& workload, std::unique_ptr<WorkloadCpu> cpu);
  void follow(Handle handle, pid_t process) override;
  LiveReading live(Handle handle) override;
  WorkloadEnergy end(Handle handle, std::optional<units::Seconds> cpu_time = {}) override;

  std::span<const power::Zone> zones() const;
  std::string_view source_of(std::size_t zone) const;
  power::Snapshot snapshot() const;           // of the sensors
  std::vector<ZoneAccount> accounts() const;  // in the order of zones()
  std::vector<WorkloadAccount> workloads() const;
  units::Seconds own_cpu_time() const;  // of the sampling thread and boundary reads: what measuring costs

  // What was learned since the start, on top of what was given: baselines of quiet windows, curves.
  attribution::Calibration calibration() const;
  // How it stands with the idle power.
  Learning::State learned() const;
  // What another program has found out meanwhile (ffwatt calibrate).
  void take(const attribution::Calibration& calibration);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace meter
