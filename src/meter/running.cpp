#include "meter/running.h"

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "meter/wall.h"
#include "power/machine_load.h"
#include "units/format.h"

namespace meter {
namespace {

using units::Joules;
using units::Seconds;
using units::Watts;

// Above these a figure may be off by more than its source's own error, so the report says so.
constexpr double kOtherWorkNoticed = 0.02, kStealNoticed = 0.01;

}  // namespace

Seconds shortest_interval(const Group& group, const Common& common) {
  // Half a period, so that a boundary read between two samples does not make a point of its own; and some ticks of the
  // counter, since over fewer power is mostly rounding.
  Seconds shortest(0.5 / common.busy_rate.value());
  for (const auto zone : group.zones) shortest = std::max(shortest, common.zones[zone].tick * 3);
  return shortest;
}

Running::Running(Workload workload, std::unique_ptr<WorkloadCpu> cpu, const Common& common,
                 const power::Snapshot& begin)
    : workload_(std::move(workload)),
      cpu_(std::move(cpu)),
      common_(&common),
      begin_(begin),
      tally_(common.zones, common.idle, common.policy, workload_.reserved),
      whole_trace_(*common.sampler, begin) {
  for (const auto& group : common.groups) traces_.emplace_back(shortest_interval(group, common));
  // Before its processes exist there is usually nothing to read; whatever is there was used before.
  if (os::CpuTime seen; cpu_->look(seen)) last_ = seen, first_cpu_ = last_cpu_ = seen.total;
}

std::optional<attribution::CpuUse> Running::take_cpu(const os::CpuTime* seen) {
  if (!seen) return std::nullopt;
  // The CPU time of a process tree may shrink when a member ends unseen.
  attribution::CpuUse used{.total = std::max(seen->total - last_cpu_, Seconds(0)), .by_socket = {}};
  if (!seen->by_socket.empty() && (last_.by_socket.size() == seen->by_socket.size() || last_cpu_ == Seconds(0)))
    for (std::size_t s = 0; s < seen->by_socket.size(); ++s) {
      const auto before = s < last_.by_socket.size() ? last_.by_socket[s] : Seconds(0);
      used.by_socket.push_back(std::max(seen->by_socket[s] - before, Seconds(0)));
    }
  last_ = *seen;
  last_cpu_ = std::max(last_cpu_, seen->total);
  return used;
}

std::optional<Seconds> Running::most_cpu(const MachineStep& machine, const os::CpuTime* read,
                                         units::BootTime now) const {
  // Of the run so far, for the last step may have no length at all.
  const auto capacity = capacity_ + machine.capacity, elapsed = elapsed_ + machine.elapsed;
  if (capacity <= Seconds(0) || elapsed <= Seconds(0)) return std::nullopt;
  const double cpus = capacity / elapsed;
  // Twice, since the capacity comes in ticks as well.
  const Seconds lag = power::kCpuTick * (2 * (cpus + 1));
  if (read && cpu_->tells() == WorkloadCpu::Tells::all) return read->total + lag;
  return (now - began()) * cpus + lag;
}

void Running::trace(std::span<const ZoneStep> zones, const power::Snapshot& now) {
  whole_trace_.add(now);
  for (std::size_t g = 0; g < common_->groups.size(); ++g) {
    Joules energy{};
    Seconds duration{};
    for (const auto zone : common_->groups[g].zones) {
      if (now.zones[zone].role != power::Role::counted) continue;
      energy += zones[zone].energy;
      duration = std::max(duration, zones[zone].duration);
    }
    if (duration > Seconds(0)) traces_[g].add(energy, duration);
  }
}

void Running::add(std::span<const ZoneStep> zones, const MachineStep& machine, std::span<const CpuStep> places,
                  std::span<attribution::Charge> charged) {
  tally_.add(zones, places, common_->place_of, charged);
  cpu_known_ |= places[0].own.has_value();
  late_ = !places[0].own;
  elapsed_ += machine.elapsed;
  busy_ += machine.busy, capacity_ += machine.capacity, steal_ += machine.steal;
  if (machine.load == MachineStep::Load::unreadable) ++steps_without_load_;
}

RunFacts Running::run(const power::Snapshot& now) const {
  RunFacts run;
  run.elapsed = now.at - begin_.at;
  run.shortest_ticks = common_->shortest_ticks;
  run.cpu = last_cpu_ - first_cpu_;
  run.cpu_known = !cpu_known_ ? RunFacts::Cpu::unknown : final_cpu_ ? RunFacts::Cpu::exact : RunFacts::Cpu::watched;
  if (!final_cpu_ && cpu_->tells() == WorkloadCpu::Tells::late) run.cpu_rounding = power::kCpuTick * 2;
  run.other_work = other_work_noticed() ? RunFacts::OtherWork::noticed : RunFacts::OtherWork::unnoticed;
  return run;
}

Running::Settled Running::settle_all(const power::Snapshot& now) const {
  Settled settled;
  bool found = false;
  const auto facts = run(now);
  for (std::size_t g = 0; g < common_->groups.size(); ++g) {
    std::vector<ZoneRun> zones;
    for (const auto i : common_->groups[g].zones) {
      const auto &first = begin_.zones[i], &last = now.zones[i];
      if (last.role != power::Role::counted) continue;
      ZoneRun zone{.zone = &common_->zones[i],
                   .tally = tally_.zones()[i],
                   .idle = common_->idle[i],
                   .half_widths = first.total.half_width + last.total.half_width,
                   .gap = last.total.gap - first.total.gap,
                   .fault = {}};
      if (const auto& fault = !first.fault.empty() ? first.fault : last.fault; !fault.empty())
        zone.fault = base::format("{} could not be read: {}", common_->zones[i].name, fault);
      zones.push_back(std::move(zone));
    }
    settled.scopes.push_back(settle(common_->groups[g].scope, common_->groups[g].source, zones, facts));
    if (!found && settled.scopes.back().total.known()) settled.headline = g, found = true;
  }
  return settled;
}

LiveReading Running::live(const power::Snapshot& now, std::span<const GroupPower> groups) const {
  const auto settled = settle_all(now);
  const auto& energy = settled.scopes[settled.headline];
  const auto last = groups[settled.headline].since(began());
  auto power = energy.power;
  if (power.known() && last) {
    const double scale = *last / power.value();
    power = power.map<Watts>([&](Watts w) { return w * scale; });
  }
  return {std::move(power), energy.total};
}

WorkloadEnergy Running::finish(const power::Snapshot& now, std::span<attribution::Charge> charged) {
  tally_.close(charged);
  const auto settled = settle_all(now);
  // What was settled after the fact goes to the accounts, too, so that they still add up.
  for (std::size_t g = 0; g < common_->groups.size(); ++g)
    charged[common_->groups[g].zones.front()].above_idle += settled.scopes[g].correction;
  const auto& headline = settled.scopes[settled.headline];
  WorkloadEnergy result{.energy = {},
                        .power = headline.power,
                        .peak = peak(traces_[settled.headline], headline),
                        .trace = {},
                        .power_trace = whole_trace_.encoded(),
                        .caveats = caveats(now)};
  for (const auto& scope : settled.scopes) {
    result.energy.push_back({jobs::Part::total, scope.total});
    result.energy.push_back({jobs::Part::above_idle, scope.above_idle});
    result.energy.push_back({jobs::Part::idle_share, scope.idle_share});
    result.energy.push_back({jobs::Part::marginal, scope.marginal});
  }
  const auto package = std::ranges::find(common_->groups, units::Scope::package, &Group::scope);
  if (package != common_->groups.end()) {
    const auto& scope = settled.scopes[static_cast<std::size_t>(package - common_->groups.begin())];
    if (auto wall = at_the_wall(result.energy, *common_->wall, scope.idle_time))
      result.energy.push_back(*std::move(wall));
  }
  if (headline.power.known()) result.trace = traces_[settled.headline].points();
  return result;
}

WorkloadAccount Running::account(const power::Snapshot& now) const {
  const auto settled = settle_all(now);
  const auto& headline = settled.scopes[settled.headline];
  return {.name = workload_.name,
          .scope = common_->groups[settled.headline].scope,
          .above_idle = headline.above_idle,
          .idle_share = headline.idle_share};
}

units::Measured<Watts> Running::peak(const Trace& trace, const ScopeEnergy& energy) const {
  const auto most = trace.peak();
  if (!energy.power.known() || !most) return energy.power;
  // As sure as the mean is, and no smaller than it: of a short run the whole is the only interval.
  const double scale = std::max(1.0, *most / energy.power.value());
  return energy.power.map<Watts>([&](Watts w) { return w * scale; });
}

double Running::other_work() const {
  if (capacity_ <= Seconds(0)) return 0;
  return std::max(busy_ - (last_cpu_ - first_cpu_), Seconds(0)) / capacity_;
}

bool Running::other_work_noticed() const {
  if (elapsed_ <= Seconds(0) || !cpu_known_) return false;
  // The kernel counts busy time in ticks per CPU; what they may be off by in sum is not work.
  const double cpus = capacity_ / elapsed_;
  const Seconds rounding = power::kCpuTick * (2 * std::sqrt(std::max(cpus, 1.0)));
  return other_work() > kOtherWorkNoticed && capacity_ * other_work() > rounding;
}

std::vector<std::string> Running::caveats(const power::Snapshot& now) const {
  std::vector<std::string> list;
  if (other_work_noticed())
    list.push_back(base::format("other work used {} of the machine's CPU time while it ran",
                                units::text(units::Ratio(other_work()))));
  if (capacity_ > Seconds(0) && steal_ / capacity_ > kStealNoticed)
    list.push_back(base::format("steal {}: the host gave that part of the CPU time to other virtual machines",
                                units::text(units::Ratio(steal_ / capacity_))));
  if (!cpu_known_)
    list.push_back("the CPU time of the workload could not be read: other work is not told apart from it");
  if (steps_without_load_ > 0)
    list.push_back("/proc/stat could not be read all the time: other work on the machine is not told apart");
  for (const auto& group : common_->groups)
    for (const auto i : group.zones) {
      const auto &first = begin_.zones[i].total, &last = now.zones[i].total;
      if (last.gap > first.gap)
        list.push_back(base::format("the counter of {} was reset: the energy of {} is not known",
                                    common_->zones[i].name, units::text(last.gap - first.gap)));
      if (last.degraded > first.degraded)
        list.push_back(base::format("the counter of {} was not read for so long that it may have gone round unseen",
                                    common_->zones[i].name));
      if (now.zones[i].faults > begin_.zones[i].faults)
        list.push_back(base::format("{} could not be read {} times", common_->zones[i].name,
                                    now.zones[i].faults - begin_.zones[i].faults));
    }
  return list;
}

}  // namespace meter
