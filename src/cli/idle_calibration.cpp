#include "cli/idle_calibration.h"

#include <algorithm>

#include "base/format.h"
#include "power/idle_window.h"
#include "power/machine_load.h"
#include "power/sampler.h"
#include "power/temperature.h"
#include "units/format.h"

namespace cli {
namespace {

using units::Joules;
using units::Seconds;

constexpr Seconds kStep{1};

// The zones that need a baseline and count for their scope.
std::vector<std::size_t> wanted(const power::Sampler& sampler) {
  std::vector<std::size_t> list;
  const auto roles = power::roles(sampler.zones());
  for (std::size_t i = 0; i < sampler.zones().size(); ++i)
    if (!sampler.zones()[i].idle && roles[i] == power::Role::counted) list.push_back(i);
  return list;
}

std::vector<Seconds> ticks_of(const power::Sampler& sampler) {
  std::vector<Seconds> ticks;
  for (const auto& zone : sampler.zones()) ticks.push_back(zone.tick);
  return ticks;
}

double load_between(const os::CpuTimes& before, const os::CpuTimes& now) {
  const auto busy = now.busy - before.busy;
  const auto all = busy + (now.idle - before.idle) + (now.steal - before.steal);
  return all > Seconds(0) ? std::max(busy, Seconds(0)) / all : 0;
}

}  // namespace

base::Result<LearnedIdle> learn_idle(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources,
                                     const IdleRequest& request, std::stop_token stop) {
  power::Sampler sampler(host.clock, std::move(sources), {});
  const auto zones = wanted(sampler);
  if (sampler.zones().empty()) return base::Error::absent("no power source is readable here; ffwatt doctor says why");
  if (zones.empty()) return base::Error::absent("there is nothing to calibrate: the source knows its own idle power");
  FFWATT_TRY(auto load, power::MachineLoad::open(host.files, host.root));
  power::IdleWindow window(ticks_of(sampler), request.window);

  std::vector<Seconds> used(sampler.zones().size());  // of devices, since the quiet window began
  sampler.read_now();
  auto before = sampler.snapshot();
  FFWATT_TRY(auto times_before, load.read());
  const auto begin = host.clock.boot();
  for (;;) {
    if (host.clock.sleep_until(host.clock.boot() + kStep, stop) == os::Clock::Woken::stopped)
      return base::Error::failed("stopped; nothing was changed");
    sampler.read_now();
    const auto now = sampler.snapshot();
    FFWATT_TRY(const auto times, load.read());
    std::vector<Joules> energies;
    for (std::size_t i = 0; i < now.zones.size(); ++i)
      energies.push_back(now.zones[i].total.energy - before.zones[i].total.energy);
    for (const auto& use : now.device_use) used[use.zone] += use.use;
    window.add(now.at - before.at, load_between(times_before, times), energies);
    before = now, times_before = times;
    if (request.on_progress) request.on_progress(window.gathered(), window.obstacle());

    if (window.gathered() <= Seconds(0)) std::ranges::fill(used, Seconds(0));
    if (const auto learned = window.take()) {
      LearnedIdle result;
      for (const auto i : zones) {
        const auto& zone = sampler.zones()[i];
        const auto& power = (*learned)[i];
        if (zone.split == power::Zone::Split::none || used[i] > request.window * power::IdleWindow::kQuiet) {
          // Idle CPUs prove nothing about a device.
          result.without.push_back(base::format("{}: {}", zone.name,
                                                zone.split == power::Zone::Split::none
                                                    ? "whether it is at rest is not told: " + zone.no_split_reason
                                                    : "it was in use for " + units::text(used[i])));
          continue;
        }
        if (!power) {
          result.without.push_back(
              base::format("{}: its counter said too little in {}", zone.name, units::text(request.window)));
          continue;
        }
        result.zones.push_back({.path = zone.path,
                                .source = std::string(sampler.source_of(i)),
                                .idle = {.median = power->median,
                                         .low = power->low,
                                         .high = power->high,
                                         .temperature = power::cpu_temperature(host.files, host.root),
                                         .at = host.clock.wall(),
                                         .window = request.window}});
      }
      return result;
    }
    if (now.at - begin > request.window + request.patience)
      return base::Error::retry(base::format(
          "the machine was not idle for {} at a time: {}; stop what runs (ps, top), or wait longer with --wait",
          units::text(request.window),
          window.obstacle().empty() ? std::string("it did not get that far") : window.obstacle()));
  }
}

}  // namespace cli
