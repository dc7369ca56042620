#include "meter/division.h"

#include <algorithm>
#include <cmath>

namespace meter {

using units::Seconds;

Division::Division(std::span<const power::Zone> zones, const os::CpuTopology& topology,
                   power::MachineLoad::Precision precision)
    : sockets_(topology.sockets() > 1 ? topology.socket_slots() : 0),
      socket_of_cpu_(topology.socket_of_cpu),
      ticks_(precision == power::MachineLoad::Precision::ticks) {
  places_ = 1 + sockets_;
  for (const auto& zone : zones) {
    std::size_t place = 0;
    if (zone.split == power::Zone::Split::device_use)
      place = places_++;
    else if (zone.socket && *zone.socket >= 0 && static_cast<std::size_t>(*zone.socket) < sockets_)
      place = 1 + static_cast<std::size_t>(*zone.socket);
    place_of_.push_back(place);
  }
  cpus_.resize(places_);
  cpus_[0] = std::max<std::size_t>(1, socket_of_cpu_.size());
  for (const int socket : socket_of_cpu_)
    if (socket >= 0 && static_cast<std::size_t>(socket) < sockets_) ++cpus_[1 + static_cast<std::size_t>(socket)];
  owed_.resize(places_), busy_.resize(places_), capacity_.resize(places_);
}

// The workloads' CPU time is exact, the machine's may come in ticks, so in one step a place may seem less busy than its
// workloads. Those ticks show up in the next step; counted there once more they would pass for other work.
Seconds Division::settle_ticks(std::size_t place, Seconds busy, Seconds workloads) {
  if (!ticks_) return busy;
  auto& owed = owed_[place];
  const auto settled = std::max(busy - owed, Seconds(0));
  const auto most = power::kCpuTick * static_cast<double>(cpus_[place]);
  owed = std::clamp(workloads + owed - busy, Seconds(0), most);
  return settled;
}

// Of a pinned workload: its CPUs of this place, 0 where it may not run; of any other its part of the machine, of each
// socket as of the whole.
double Division::reserved(const Workload& workload, std::size_t place) const {
  if (workload.cpus.empty() || cpus_[place] == 0) return workload.reserved;
  std::size_t here = 0;
  for (const int cpu : workload.cpus) {
    const bool known = cpu >= 0 && static_cast<std::size_t>(cpu) < socket_of_cpu_.size();
    const int socket = known ? socket_of_cpu_[static_cast<std::size_t>(cpu)] : -1;
    here += place == 0 || (place <= sockets_ && socket == static_cast<int>(place) - 1);
  }
  return static_cast<double>(here) / static_cast<double>(cpus_[place]);
}

void Division::divide(const MachineStep& machine, std::span<const Seconds> by_socket,
                      std::span<const power::DeviceUse> devices, IdlePolicy policy, std::span<Member> members) {
  const bool spread = sockets_ > 0 && by_socket.size() == sockets_;
  if (spread) {
    std::vector<attribution::CpuUse> uses;
    for (auto& member : members)
      if (member.used) uses.push_back(std::move(*member.used));
    attribution::spread_over_sockets(by_socket, uses);
    std::size_t i = 0;
    for (auto& member : members)
      if (member.used) member.used = std::move(uses[i++]);
  }
  CpuStep blank;
  blank.elapsed = machine.elapsed;
  steps_.assign(members.size() * places_, blank);

  for (std::size_t p = 0; p < places_; ++p) {
    const bool socket = p > 0 && p <= sockets_, device = p > sockets_;
    // A socket of which nothing is known is split as the machine is.
    const bool as_machine = socket && !spread;
    Seconds sum{}, punctual{};
    double squares = 0, all_reserved = 0;
    const auto time_of = [&](const Member& member) -> std::optional<Seconds> {
      if (device) {
        Seconds use{};
        for (const auto& part : devices)
          if (place_of_[part.zone] == p && std::ranges::find(member.processes, part.process) != member.processes.end())
            use += part.use;
        return use;
      }
      if (!member.used) return std::nullopt;
      return socket && spread ? member.used->by_socket[p - 1] : member.used->total;
    };
    for (std::size_t m = 0; m < members.size(); ++m) {
      auto& step = steps_[m * places_ + p];
      step.own = time_of(members[m]);
      const auto own = step.own.value_or(Seconds(0));
      sum += own, squares += own.value() * own.value();
      if (!members[m].late) punctual += own;
      step.reserved = policy == IdlePolicy::none    ? 0
                      : policy == IdlePolicy::equal ? 1.0 / static_cast<double>(members.size())
                                                    : reserved(*members[m].workload, p);
      all_reserved += step.reserved;
    }
    Seconds busy = as_machine || p == 0 ? machine.busy : socket ? by_socket[p - 1] : Seconds(0);
    if (device) {
      for (const auto& part : devices)
        if (place_of_[part.zone] == p) busy += part.use;
      capacity_[p] = machine.elapsed;
    } else {
      capacity_[p] = p == 0 || as_machine
                         ? machine.capacity
                         : machine.capacity * (static_cast<double>(cpus_[p]) / static_cast<double>(cpus_[0]));
      busy_[p] = busy;
      busy = settle_ticks(p, busy, punctual);
    }
    if (device) busy_[p] = busy;
    const double system = std::max((busy - sum).value(), 0.0);
    for (std::size_t m = 0; m < members.size(); ++m) {
      auto& step = steps_[m * places_ + p];
      const auto own = step.own.value_or(Seconds(0));
      step.others = sum - own;
      step.others_squared = std::max(squares - own.value() * own.value(), 0.0) + system * system;
      step.busy = busy;
      step.others_reserved = all_reserved - step.reserved;
    }
  }
}

std::span<const CpuStep> Division::steps(std::size_t member) const {
  return std::span(steps_).subspan(member * places_, places_);
}

std::optional<double> Division::load(std::size_t place) const {
  if (capacity_[place] <= Seconds(0)) return std::nullopt;
  return std::clamp(busy_[place] / capacity_[place], 0.0, 1.0);
}

}  // namespace meter
