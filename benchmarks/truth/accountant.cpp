#include "accountant.h"

#include <algorithm>
#include <cmath>

namespace truth {
namespace {

using units::Joules;
using units::Seconds;
using units::Watts;

std::vector<std::unique_ptr<power::Source>> one(std::unique_ptr<power::Source> source) {
  std::vector<std::unique_ptr<power::Source>> list;
  list.push_back(std::move(source));
  return list;
}

}  // namespace

Accountant::Accountant(Machine& machine, os_testing::ManualClock& clock, std::unique_ptr<power::Source> source,
                       std::vector<Baseline> baselines)
    : machine_(machine),
      clock_(clock),
      kernel_(machine),
      baselines_(std::move(baselines)),
      sampler_(clock, one(std::move(source)), {}),
      open_(sampler_.zones().size()),
      sums_(sampler_.zones().size()) {
  baselines_.resize(sampler_.zones().size());
  pass();
}

void Accountant::pass() {
  sampler_.read_now([this](const power::Snapshot& now) { take(now); });
}

void Accountant::begin(JobId job) {
  pass();
  running_.emplace(job, Seconds(0));
  charges_.emplace(job, std::vector<JobCharge>(sampler_.zones().size()));
  for (std::size_t z = 0; z < open_.size(); ++z) {
    const auto& zone = sampler_.zones()[z];
    charges_[job][z].timing = last_.zones[z].total.power * zone.tick;
  }
}

void Accountant::end(JobId job) {
  ending_ = job;
  pass();
  ending_.reset();
  running_.erase(job);
}

Seconds Accountant::settle_ticks(Seconds busy, Seconds jobs) {
  const auto settled = std::max(busy - ticks_owed_, Seconds(0));
  ticks_owed_ = std::clamp(jobs + ticks_owed_ - busy, Seconds(0), Seconds(0.01) * machine_.cores());
  return settled;
}

void Accountant::take(const power::Snapshot& now) {
  const auto load = kernel_.load(now.at);
  const bool first = last_.zones.empty();
  Seconds jobs{};
  std::vector<std::pair<JobId, Seconds>> used;
  used.reserve(running_.size());
  for (auto& [job, before] : running_) {
    const auto cpu = ending_ == job ? kernel_.exact(job, now.at) : std::max(kernel_.group(job, now.at), before);
    used.emplace_back(job, cpu - before);
    jobs += cpu - before;
    before = cpu;
  }
  if (!first) {
    const auto busy = settle_ticks(load.busy - last_load_->busy, jobs);
    for (std::size_t z = 0; z < open_.size(); ++z) {
      auto& open = open_[z];
      for (const auto& [job, cpu] : used) open.cpu[job] += cpu;
      open.busy += busy;
      open.elapsed += now.at - last_.at;
      const auto &before = last_.zones[z].total, &total = now.zones[z].total;
      if (total.readings == before.readings || before.readings == 0) continue;
      open.energy += total.energy - before.energy;
      open.duration += total.at - before.at;
      charge_zone(z, now.at);
    }
  }
  last_load_ = load;
  last_ = now;
}

void Accountant::charge_zone(std::size_t z, units::BootTime) {
  auto& open = open_[z];
  const auto& baseline = baselines_[z];
  // What the background used while the baseline was taken is in the baseline already.
  const auto own_busy = std::max(open.busy - baseline.busy_each_second * open.elapsed.value(), Seconds(0));
  attribution::Interval interval{
      .energy = open.energy, .duration = open.duration, .baseline = baseline.power, .busy = own_busy, .workloads = {}};
  Seconds jobs{};
  double squares = 0;
  for (const auto& [job, cpu] : open.cpu) {
    interval.workloads.push_back({.cpu = cpu, .reserved = 0});
    jobs += cpu;
    squares += cpu.value() * cpu.value();
  }
  const auto result = attribution::attribute(interval);
  const auto dynamic = open.energy - baseline.power * open.duration;
  const auto busy = std::max(open.busy, jobs);
  const double all = std::max(own_busy, jobs).value();
  std::size_t i = 0;
  auto& sums = sums_[z];
  sums.parts += result.system.value() + result.unallocated_idle.value();
  sums.size += std::abs(result.system.value()) + std::abs(result.unallocated_idle.value());
  for (const auto& [job, cpu] : open.cpu) {
    auto& charge = charges_.at(job)[z];
    const auto above = result.workloads[i++].above_idle;
    sums.parts += above.value(), sums.size += std::abs(above.value());
    charge.above_idle += above;
    if (busy > Seconds(0)) charge.times_share += open.energy * (cpu / busy);
    charge.times_utilisation += open.energy * (cpu / (open.elapsed * machine_.cores()));
    if (all <= 0) continue;
    const double share = cpu.value() / all, rest = all - cpu.value();
    const double unknown = std::max(all - jobs.value(), 0.0);
    const double others = squares - cpu.value() * cpu.value() + unknown * unknown;
    const double q = rest > 1e-9 ? others / (rest * rest) : 0;
    charge.unlike += std::abs(dynamic.value()) * share * (1 - share) * std::sqrt(1 + q);
    charge.baseline_error += baseline.spread * open.duration * share;
  }
  open = {};
}

Joules Accountant::energy(std::size_t zone) const { return last_.zones[zone].total.energy; }

double Accountant::conservation(std::size_t zone) const {
  return std::abs(sums_[zone].parts - energy(zone).value()) / std::max(sums_[zone].size, 1e-9);
}

std::vector<Baseline> calibrate(Machine& machine, os_testing::ManualClock& clock, std::unique_ptr<power::Source> source,
                                Seconds window, units::Hertz rate) {
  power_testing::KernelCounters kernel(machine);
  power::Sampler sampler(clock, one(std::move(source)), {});
  sampler.read_now();
  const auto begin = clock.boot();
  const auto load = kernel.load(begin);
  const std::size_t zones = sampler.zones().size();
  // Twelve parts of the window tell how much its mean is worth.
  constexpr int kParts = 12;
  std::vector<std::vector<Watts>> parts(zones);
  auto before = sampler.snapshot();
  for (int part = 1; part <= kParts; ++part) {
    const auto end = begin + window * part / kParts;
    for (auto t = clock.boot() + Seconds(1 / rate.value()); t < end; t = t + Seconds(1 / rate.value())) {
      clock.advance_to(t);
      sampler.read_now();
    }
    clock.advance_to(end);
    sampler.read_now();
    const auto now = sampler.snapshot();
    for (std::size_t z = 0; z < zones; ++z) {
      const auto &a = before.zones[z].total, &b = now.zones[z].total;
      if (b.at > a.at) parts[z].push_back((b.energy - a.energy) / (b.at - a.at));
    }
    before = now;
  }
  const auto busy = kernel.load(clock.boot()).busy - load.busy;
  std::vector<Baseline> baselines;
  for (const auto& list : parts) {
    double sum = 0, squares = 0;
    for (const auto power : list) sum += power.value();
    const double n = static_cast<double>(list.size()), mean = sum / n;
    for (const auto power : list) squares += (power.value() - mean) * (power.value() - mean);
    baselines.push_back({.power = Watts(mean),
                         .spread = Watts(std::sqrt(squares / (n - 1) / n)),
                         .busy_each_second = busy / (clock.boot() - begin).value()});
  }
  return baselines;
}

}  // namespace truth
