// Division: the CPU time of one step, divided among the workloads place by place. A place is what some zone is split
// by: the whole machine, one socket, one GPU. Pure; guarded by the meter.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "attribution/spread.h"
#include "meter/meter.h"
#include "meter/step.h"
#include "os/cpu_topology.h"
#include "power/machine_load.h"
#include "power/source.h"
#include "power/zone.h"

namespace meter {

class Division {
 public:
  Division(std::span<const power::Zone> zones, const os::CpuTopology& topology,
           power::MachineLoad::Precision precision);

  // Of each zone: the index of its place. 0 is the machine.
  std::span<const std::size_t> place_of() const { return place_of_; }

  // One workload's part in a step.
  struct Member {
    const Workload* workload = nullptr;
    std::optional<attribution::CpuUse> used;  // absent: not readable now
    bool late = false;                        // its last reading failed, so this one covers several steps
    std::vector<pid_t> processes;             // only where a device tells the use of processes
  };
  // What the places were used for since the last step: `machine` in total, `by_socket` where known. Members are
  // completed in place (the spread over sockets); views stay valid until the next call.
  void divide(const MachineStep& machine, std::span<const units::Seconds> by_socket,
              std::span<const power::DeviceUse> devices, IdlePolicy policy, std::span<Member> members);
  // Of one member, in its order: one CpuStep for each place.
  std::span<const CpuStep> steps(std::size_t member) const;
  // Of one place: busy time ÷ capacity; nothing where the load is not known.
  std::optional<double> load(std::size_t place) const;
  units::Seconds capacity(std::size_t place) const { return capacity_[place]; }

 private:
  units::Seconds settle_ticks(std::size_t place, units::Seconds busy, units::Seconds workloads);
  double reserved(const Workload& workload, std::size_t place) const;

  std::size_t sockets_ = 0;            // 0: places 1… are devices
  std::vector<std::size_t> place_of_;  // index: zone
  std::vector<std::size_t> cpus_;      // in each place
  std::vector<int> socket_of_cpu_;
  bool ticks_ = true;
  std::vector<units::Seconds> owed_, busy_, capacity_;  // index: place
  std::size_t places_ = 1;
  std::vector<CpuStep> steps_;  // member × place
};

}  // namespace meter
