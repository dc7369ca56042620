#include "cli/wall_calibration.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "analysis/linear_fit.h"
#include "base/format.h"
#include "power/idle_window.h"
#include "power/sampler.h"
#include "units/format.h"

namespace cli {
namespace {

using units::Scope;
using units::Seconds;
using units::Watts;

constexpr Seconds kStep{1}, kWindow{10};
// A reading that is one tick late shifts a third of a window of three ticks at most.
constexpr double kTicks = 3;
constexpr std::size_t kLeastWindows = 6;
constexpr double kLeastSpread = 0.2, kMostHalfWidth = 0.15;

using Zones = std::vector<std::size_t>;

// Counted, measured zones of a scope: what is estimated or simulated says nothing about this machine's supply.
Zones zones_of(const power::Sampler& sampler, const power::Snapshot& snapshot, Scope scope) {
  Zones list;
  for (std::size_t i = 0; i < sampler.zones().size(); ++i) {
    const auto& zone = sampler.zones()[i];
    if (zone.scope == scope && zone.quality == units::Quality::measured &&
        snapshot.zones[i].role == power::Role::counted)
      list.push_back(i);
  }
  return list;
}

// The mean power of all zones together; nothing where one of them told nothing new or lost a part of the time.
std::optional<Watts> power_between(const power::Snapshot& before, const power::Snapshot& now, const Zones& zones) {
  Watts sum{0};
  for (const auto i : zones) {
    const auto &a = before.zones[i].total, &b = now.zones[i].total;
    const auto time = b.at - a.at;
    if (a.readings == 0 || time <= Seconds(0) || b.gap > a.gap) return std::nullopt;
    sum += (b.energy - a.energy) / time;
  }
  return sum;
}

std::vector<double> numbers(std::span<const Watts> powers) {
  std::vector<double> out;
  for (const auto power : powers) out.push_back(power.value());
  return out;
}

}  // namespace

base::Result<attribution::WallFactor> fit_wall(std::span<const Watts> inner, std::span<const Watts> wall) {
  const auto x = numbers(inner), y = numbers(wall);
  if (const auto mean = analysis::mean(x); mean && x.size() >= 3) {
    const auto [least, most] = std::ranges::minmax(x);
    if (most - least < kLeastSpread * *mean)
      return base::Error::retry(
          base::format("the CPU's power hardly varied ({} to {}), so nothing tells what follows it at the wall; run "
                       "some work for a part of the time, then try again",
                       units::text(Watts(least)), units::text(Watts(most))));
  }
  FFWATT_TRY(const auto line, analysis::linear_fit(x, y));
  const auto& slope = line.slope;
  if (slope.high < 1)
    return base::Error::failed(base::format(
        "the wall's power rises by {:.2f} W only for each watt of the CPU, which cannot be where the meter "
        "measures this machine; check which machine it is plugged to",
        slope.value));
  if (!(slope.high - slope.value <= kMostHalfWidth * slope.value))
    return base::Error::retry(
        base::format("{:.2f} is known to ± {:.2f} only, more than 15 %; run work that changes between all and nothing, "
                     "without other load on the machine, or measure longer with --seconds",
                     slope.value, slope.high - slope.value));
  attribution::WallFactor fit{
      .scope = Scope::package, .factor = slope.value, .low = slope.low, .high = slope.high, .at = {}};
  // What does not follow the CPU wanders with the room as idle power does.
  const double half = std::hypot(line.middle.high - line.middle.value, power::IdleWindow::kDrift * line.intercept);
  fit.middle = {.scope = Watts(line.middle_x),
                .wall = Watts(line.middle.value),
                .low = Watts(line.middle.value - half),
                .high = Watts(line.middle.value + half)};
  return fit;
}

base::Result<LearnedWall> learn_wall(os::Host& host, std::vector<std::unique_ptr<power::Source>> sources,
                                     const WallRequest& request, std::stop_token stop) {
  power::Sampler sampler(host.clock, std::move(sources), {});
  sampler.read_now();
  auto before = sampler.snapshot();
  const auto wall = zones_of(sampler, before, Scope::machine);
  if (wall.empty())
    return base::Error::absent(
        "nothing measures what this machine takes at the wall; name a meter (--meter-kind, --meter-url) or the "
        "management controller (--redfish-url), ffwatt doctor tells what each says");
  auto inner = zones_of(sampler, before, Scope::package);
  if (inner.empty())
    return base::Error::absent(
        "nothing measures the CPU's energy here, so there is nothing to compare the wall with; ffwatt doctor tells "
        "why, and --fix may mend it");
  LearnedWall learned;
  learned.wall_source = sampler.source_of(wall.front());
  learned.inner_source = sampler.source_of(inner.front());
  const auto memory = zones_of(sampler, before, Scope::dram);
  learned.inner = memory.empty() ? "package" : "package and memory";
  inner.insert(inner.end(), memory.begin(), memory.end());

  Seconds tick{0};
  for (const auto i : wall) tick = std::max(tick, sampler.zones()[i].tick);
  const auto window = std::max(kWindow, tick * kTicks);
  if (const auto least = window * static_cast<double>(kLeastWindows); request.length < least)
    return base::Error::invalid(
        base::format("{} is renewed every {}, so {} are too short for a fit; give --seconds {:.0f} or more",
                     learned.wall_source, units::text(tick), units::text(request.length), std::ceil(least.value())));

  std::vector<Watts> inner_powers, wall_powers;
  const auto begin = host.clock.boot();
  while (host.clock.boot() - begin < request.length) {
    if (host.clock.sleep_until(host.clock.boot() + kStep, stop) == os::Clock::Woken::stopped)
      return base::Error::failed("stopped; nothing was changed");
    sampler.read_now();
    const auto now = sampler.snapshot();
    if (request.on_progress) request.on_progress(now.at - begin);
    if (now.at - before.at < window) continue;
    const auto inside = power_between(before, now, inner), outside = power_between(before, now, wall);
    if (inside && outside) inner_powers.push_back(*inside), wall_powers.push_back(*outside);
    before = now;
  }
  learned.windows = inner_powers.size();
  if (learned.windows < kLeastWindows)
    return base::Error::retry(base::format(
        "only {} of {:.0f} windows of {} had readings of {} and {} throughout; measure longer with --seconds",
        learned.windows, std::floor(request.length / window), units::text(window), learned.wall_source,
        learned.inner_source));
  FFWATT_TRY(learned.fit, fit_wall(inner_powers, wall_powers));
  return learned;
}

}  // namespace cli
