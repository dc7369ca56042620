// The second half of Machine: from what programs ask for to the powers of a step.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "power_sources/simulated/machine.h"

namespace power_sources::simulated {

using units::Watts;

void Machine::place() {
  const std::size_t sockets = sockets_.size();
  const double capacity = facts_.socket.cores;
  BySocket homed{}, all{};
  for (const auto id : alive_) {
    auto& runner = runners_[id];
    if (runner.life != Runner::Life::running) continue;
    auto& cores = runner.now().cores;
    cores = {};
    if (!runner.program.home) continue;
    const auto home = static_cast<std::size_t>(*runner.program.home);
    const double stay = sockets == 1 ? 1 : runner.program.stay;
    for (std::size_t s = 0; s < sockets; ++s) {
      cores[s] = runner.cores * (s == home ? stay : (1 - stay) / static_cast<double>(sockets - 1));
      homed[s] += cores[s];
    }
  }
  double free = 0;
  for (std::size_t s = 0; s < sockets; ++s) free += std::max(capacity - homed[s], 0.0);
  for (const auto id : alive_) {
    auto& runner = runners_[id];
    if (runner.life != Runner::Life::running) continue;
    auto& cores = runner.now().cores;
    for (std::size_t s = 0; s < sockets; ++s) {
      const double part = free > 0 ? std::max(capacity - homed[s], 0.0) / free : 1 / static_cast<double>(sockets);
      if (!runner.program.home) cores[s] = runner.cores * part;
      all[s] += cores[s];
    }
  }
  for (std::size_t s = 0; s < sockets; ++s) {
    if (all[s] > capacity)
      for (const auto id : alive_) runners_[id].now().cores[s] *= capacity / all[s];
    marks_.back().cores[s] = std::min(all[s], capacity);
  }
}

void Machine::power() {
  for (const auto id : alive_) runners_[id].watts = {};
  wander();
  for (int s = 0; s < facts_.sockets; ++s) power_socket(s);
  if (facts_.gpu) power_gpu();
  power_machine();
}

void Machine::wander() {
  const auto& facts = facts_.wander;
  resting_watts_ = idle_watts_;
  board_watts_ = facts_.board.value();
  if (facts.deviation <= 0) return;
  const double now = static_cast<double>(marks_.back().at) * 1e-9;
  const auto wave = [&](units::Seconds period, std::uint64_t n) {
    return std::sin(2 * std::numbers::pi * (now / period.value() + drawn(facts.seed, n)));
  };
  const double part = facts.deviation * (wave(facts.slow, 0) + wave(facts.fast, 1));
  board_watts_ = facts_.board.value() * (1 + part);
  double behind = board_watts_;
  for (std::size_t z = 0; z < kMachine; ++z) behind += resting_watts_[z] *= 1 + part;
  resting_watts_[kMachine] = facts_.supply.wall(Watts(behind)).value();
}

void Machine::power_socket(int socket) {
  const auto s = static_cast<std::size_t>(socket), dram = kDram + s;
  auto& mark = marks_.back();
  const double core = facts_.socket.core.value();
  double at_base = 0, traffic = 0;
  for (const auto id : alive_) {
    auto& runner = runners_[id];
    const double cores = runner.now().cores[s];
    runner.watts[s] = cores * core * runner.program.activity;
    runner.watts[dram] = cores * runner.program.traffic_per_core.value();
    at_base += runner.watts[s], traffic += runner.watts[dram];
  }
  sockets_[s].load(mark.cores[s], Watts(at_base));
  mark.watts[s] = sockets_[s].power().value() + resting_watts_[s] - idle_watts_[s];
  const double most = facts_.memory.full.value(), moved = std::min(traffic, most);
  mark.watts[dram] = resting_watts_[dram] + moved;

  const double rise = mark.watts[s] - resting_watts_[s];
  nobody_watts_[s] = at_base > 0 ? resting_watts_[s] : mark.watts[s];
  nobody_watts_[dram] = resting_watts_[dram];
  for (const auto id : alive_) {
    auto& runner = runners_[id];
    if (at_base > 0) runner.watts[s] *= rise / at_base;
    if (traffic > most) runner.watts[dram] *= most / traffic;
  }
}

void Machine::power_gpu() {
  const auto& gpu = facts_.gpu;
  if (!gpu) return;
  double use = 0;
  for (const auto id : alive_)
    if (runners_[id].life == Runner::Life::running) use += runners_[id].program.gpu_use;
  for (const auto id : alive_) {
    auto& runner = runners_[id];
    if (runner.life != Runner::Life::running) continue;
    runner.gpu = runner.program.gpu_use / std::max(use, 1.0);
    runner.watts[kGpu] = gpu->full.value() * runner.gpu;
  }
  nobody_watts_[kGpu] = resting_watts_[kGpu];
  marks_.back().watts[kGpu] = resting_watts_[kGpu] + gpu->full.value() * std::min(use, 1.0);
}

void Machine::power_machine() {
  auto& watts = marks_.back().watts;
  double behind = board_watts_, behind_at_idle = behind;
  for (std::size_t z = 0; z < kMachine; ++z) behind += watts[z], behind_at_idle += resting_watts_[z];
  watts[kMachine] = facts_.supply.wall(Watts(behind)).value();
  // What one watt more behind the supply than at idle costs at the wall.
  const double rise = behind - behind_at_idle;
  const double price = rise > 1e-12 ? (watts[kMachine] - resting_watts_[kMachine]) / rise : 0;
  nobody_watts_[kMachine] = watts[kMachine];
  for (const auto id : alive_) {
    auto& own = runners_[id].watts;
    own[kMachine] = price * std::accumulate(own.begin(), own.begin() + kMachine, 0.0);
    nobody_watts_[kMachine] -= own[kMachine];
  }
}

}  // namespace power_sources::simulated
