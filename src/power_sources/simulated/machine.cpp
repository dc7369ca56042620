#include "power_sources/simulated/machine.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace power_sources::simulated {
namespace {

using units::BootTime;
using units::Joules;
using units::Seconds;
using units::Watts;

constexpr std::int64_t kStepNs = 100'000'000;
static_assert(Machine::kStep == Seconds(0.1));
// A change that rounding puts into the past comes a microsecond later instead of never.
constexpr std::int64_t kLeastNs = 1'000;
constexpr std::int64_t kNever = INT64_MAX;

double seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

std::int64_t when(BootTime start, Seconds since) {
  if (since.value() > 1e9) return kNever;
  return start.nanoseconds() + static_cast<std::int64_t>(std::ceil(since.value() * 1e9));
}

}  // namespace

Machine::Machine(const MachineFacts& facts, BootTime start) : facts_(facts), started_(start) {
  assert(facts.sockets >= 1 && facts.sockets <= kMostSockets);
  sockets_.assign(static_cast<std::size_t>(facts.sockets), Socket(facts.socket));
  double behind = facts.board.value() + (facts.gpu ? facts.gpu->idle.value() : 0);
  for (int s = 0; s < facts.sockets; ++s) {
    const auto i = static_cast<std::size_t>(s);
    idle_watts_[i] = facts.socket.idle.value();
    idle_watts_[kDram + i] = facts.memory.idle.value();
    behind += idle_watts_[i] + idle_watts_[kDram + i];
  }
  if (facts.gpu) idle_watts_[kGpu] = facts.gpu->idle.value();
  idle_watts_[kMachine] = facts.supply.wall(Watts(behind)).value();

  marks_.push_back({.at = start.nanoseconds()});
  auto background = facts.background;
  background.start = start;
  runners_.push_back({.program = background});
  alive_.push_back(kBackground);
  plan();
}

std::size_t Machine::index(ZoneId zone) const {
  switch (zone.scope) {
    case units::Scope::package:
      return static_cast<std::size_t>(zone.socket);
    case units::Scope::dram:
      return kDram + static_cast<std::size_t>(zone.socket);
    case units::Scope::gpu:
      return kGpu;
    case units::Scope::psys:
    case units::Scope::machine:
      break;
  }
  return kMachine;
}

std::vector<ZoneId> Machine::zones() const {
  std::vector<ZoneId> list;
  for (int s = 0; s < facts_.sockets; ++s) list.push_back({units::Scope::package, s});
  for (int s = 0; s < facts_.sockets; ++s) list.push_back({units::Scope::dram, s});
  if (facts_.gpu) list.push_back({units::Scope::gpu, 0});
  list.push_back({units::Scope::machine, 0});
  return list;
}

Watts Machine::idle(ZoneId zone) const { return Watts(idle_watts_[index(zone)]); }

Machine::ProgramId Machine::add(const Program& program) {
  runners_.push_back({.program = program});
  alive_.push_back(runners_.size() - 1);
  ends_ = std::min(ends_, std::max(program.start.nanoseconds(), marks_.back().at));
  return runners_.size() - 1;
}

void Machine::end(ProgramId program, BootTime now) {
  advance(now.nanoseconds());
  runners_[program].program.end = now;
  replan(now.nanoseconds());
}

void Machine::set_demand(ProgramId program, double cores, BootTime now) {
  advance(now.nanoseconds());
  auto& runner = runners_[program];
  runner.program.demand = {.shape = Demand::Shape::steady, .high = cores};
  runner.changes = now.nanoseconds();
  replan(now.nanoseconds());
}

void Machine::replan(std::int64_t at) {
  settle(std::max(at, marks_.back().at));
  plan();
}

void Machine::advance(std::int64_t to) {
  while (ends_ <= to) {
    settle(ends_);
    plan();
  }
}

void Machine::settle(std::int64_t to) {
  const auto& step = marks_.back();
  const double time = seconds(to - step.at);
  Mark next{.at = to, .joules = step.joules, .watts = {}, .cpu = step.cpu, .cores = {}};
  for (std::size_t z = 0; z < kMostZones; ++z) {
    next.joules[z] += step.watts[z] * time;
    nobody_joules_[z] += nobody_watts_[z] * time;
  }
  for (std::size_t s = 0; s < sockets_.size(); ++s) {
    next.cpu[s] += step.cores[s] * time;
    sockets_[s].step(Seconds(time));
  }
  for (const auto id : alive_) {
    auto& runner = runners_[id];
    if (runner.life != Runner::Life::running) continue;
    for (std::size_t z = 0; z < kMostZones; ++z) runner.joules[z] += runner.watts[z] * time;
    runner.gpu_time += runner.gpu * time;
    auto step_now = runner.now();
    for (std::size_t s = 0; s < sockets_.size(); ++s) step_now.cpu[s] += step_now.cores[s] * time;
    step_now.at = to;
    std::shift_left(runner.steps.begin(), runner.steps.end(), 1);
    runner.steps.back() = step_now;
  }
  if (time > 0)
    marks_.push_back(next);
  else
    marks_.back() = next;
  const auto remembered = to - static_cast<std::int64_t>(facts_.remembers.value() * 1e9);
  while (marks_.size() > 2 && marks_[1].at < remembered) marks_.pop_front();
}

void Machine::plan() {
  wake_and_end();
  place();
  power();
}

void Machine::wake_and_end() {
  const auto at = marks_.back().at;
  ends_ = (at / kStepNs + 1) * kStepNs;
  std::erase_if(alive_, [&](ProgramId id) {
    auto& runner = runners_[id];
    const auto start = runner.program.start.nanoseconds(), end = runner.program.end.nanoseconds();
    if (at < start) {
      ends_ = std::min(ends_, start);
      return false;
    }
    if (at >= end) {
      runner.life = Runner::Life::over;
      runner.cores = runner.gpu = 0;
      runner.watts = {};
      runner.now().cores = {};
      return true;
    }
    if (runner.life == Runner::Life::waiting) {
      runner.life = Runner::Life::running;
      runner.steps.fill({.at = at});
      runner.changes = at;
    }
    if (runner.changes <= at) {
      const auto level = runner.program.demand.at(BootTime::from_nanoseconds(at) - runner.program.start);
      runner.cores = level.cores;
      runner.changes = std::max(when(runner.program.start, level.until), at + kLeastNs);
    }
    ends_ = std::min({ends_, end, runner.changes});
    return false;
  });
}

const Machine::Mark& Machine::mark_at(std::int64_t time) const {
  if (time >= marks_.back().at) return marks_.back();
  assert(time >= marks_.front().at && "a look lies further back than the machine remembers");
  return *std::prev(std::ranges::upper_bound(marks_, time, {}, &Mark::at));
}

Watts Machine::power(ZoneId zone, BootTime now) {
  advance(now.nanoseconds());
  return Watts(mark_at(now.nanoseconds()).watts[index(zone)]);
}

Joules Machine::energy(ZoneId zone, BootTime now) {
  advance(now.nanoseconds());
  const auto& mark = mark_at(now.nanoseconds());
  const auto z = index(zone);
  return Joules(mark.joules[z] + mark.watts[z] * std::max(seconds(now.nanoseconds() - mark.at), 0.0));
}

Joules Machine::idle_energy(ZoneId zone, BootTime now) {
  advance(now.nanoseconds());
  const auto z = index(zone);
  return Joules(nobody_joules_[z] + nobody_watts_[z] * seconds(now.nanoseconds() - marks_.back().at));
}

Joules Machine::energy_of(ProgramId program, ZoneId zone, BootTime now) {
  advance(now.nanoseconds());
  const auto& runner = runners_[program];
  const auto z = index(zone);
  return Joules(runner.joules[z] + runner.watts[z] * seconds(now.nanoseconds() - marks_.back().at));
}

Seconds Machine::cpu_of(ProgramId program, int socket, BootTime now) {
  advance(now.nanoseconds());
  const auto& runner = runners_[program];
  const auto s = static_cast<std::size_t>(socket);
  const auto time = now.nanoseconds();
  const auto* step = &runner.steps.front();
  for (const auto& later : runner.steps)
    if (later.at <= time) step = &later;
  return Seconds(step->cpu[s] + step->cores[s] * std::max(seconds(time - step->at), 0.0));
}

Seconds Machine::cpu_of(ProgramId program, BootTime now) {
  Seconds sum{};
  for (int s = 0; s < facts_.sockets; ++s) sum += cpu_of(program, s, now);
  return sum;
}

Seconds Machine::gpu_time_of(ProgramId program, BootTime now) {
  advance(now.nanoseconds());
  const auto& runner = runners_[program];
  return Seconds(runner.gpu_time + runner.gpu * seconds(now.nanoseconds() - marks_.back().at));
}

Seconds Machine::busy(int socket, BootTime now) {
  advance(now.nanoseconds());
  const auto& mark = mark_at(now.nanoseconds());
  const auto s = static_cast<std::size_t>(socket);
  return Seconds(mark.cpu[s] + mark.cores[s] * std::max(seconds(now.nanoseconds() - mark.at), 0.0));
}

}  // namespace power_sources::simulated
