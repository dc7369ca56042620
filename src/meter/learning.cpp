#include "meter/learning.h"

#include <algorithm>

#include "base/format.h"
#include "units/format.h"

namespace meter {

using units::Joules;
using units::Seconds;
using units::Watts;

namespace {

// Rooms, fans and services change from day to day.
constexpr Seconds kDay{86'400}, kFresh = kDay;

// A device of which nobody tells the use could be at work.
bool needs_learning(const power::Zone& zone) { return !zone.idle && zone.split != power::Zone::Split::none; }

std::vector<Seconds> ticks_of(std::span<const power::Zone> zones) {
  std::vector<Seconds> ticks;
  for (const auto& zone : zones) ticks.push_back(zone.tick);
  return ticks;
}

}  // namespace

Learning::Learning(std::span<const power::Zone> zones, std::vector<std::string> sources, attribution::Calibration known,
                   Thermometer temperature)
    : zones_(zones),
      sources_(std::move(sources)),
      temperature_(std::move(temperature)),
      idle_(zones.size()),
      curves_(zones.size()),
      pending_(zones.size()),
      without_(zones.size()),
      device_use_(zones.size()),
      window_(ticks_of(zones)) {
  take(known);
}

void Learning::take(const attribution::Calibration& known) {
  known_ = known;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    const auto* zone = known_.find(zones_[i].path, sources_[i]);
    if (zone) curves_[i] = attribution::LoadCurve(zone->curve);
    if (zones_[i].idle) {
      idle_[i] = zones_[i].idle;
    } else if (zone && zone->baseline) {
      const auto& b = *zone->baseline;
      idle_[i] = units::Measured<Watts>::of(b.median, b.low, b.high, zones_[i].quality, sources_[i], zones_[i].scope);
    }
  }
}

void Learning::add(std::span<const ZoneStep> zones, const MachineStep& machine, const Division& division,
                   units::WallTime now) {
  if (machine.load == MachineStep::Load::unreadable || machine.capacity <= Seconds(0)) return;
  std::vector<Joules> energies;
  bool all_new = true;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    energies.push_back(zones[i].energy);
    // A slow source has no new reading in most steps.
    all_new &= zones[i].duration > Seconds(0) || zones_[i].tick >= Seconds(0.5);
    const auto load = division.load(division.place_of()[i]);
    if (!load) continue;
    if (zones_[i].split == power::Zone::Split::device_use) device_use_[i] += *load * machine.elapsed.value();
    auto& pending = pending_[i];
    pending.energy += zones[i].energy, pending.duration += zones[i].duration;
    pending.load_seconds += *load * machine.elapsed.value();
    if (pending.duration < std::max(attribution::LoadCurve::kShortest, zones_[i].tick * 3)) continue;
    curves_[i].add(pending.load_seconds / pending.duration.value(), pending.energy / pending.duration,
                   pending.duration);
    pending = {};
  }
  if (!all_new) return;
  window_.add(machine.elapsed, machine.busy / machine.capacity, energies);
  settle_idle(now);
  if (window_.gathered() <= Seconds(0)) std::ranges::fill(device_use_, 0);
}

void Learning::settle_idle(units::WallTime now) {
  const auto learned = window_.take();
  if (!learned) return;
  const auto temperature = temperature_ ? temperature_() : std::nullopt;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    const auto& power = (*learned)[i];
    if (!needs_learning(zones_[i])) continue;
    // Idle CPUs prove nothing about a device: its own use must have been as small.
    const bool used = device_use_[i] > power::IdleWindow::kQuiet * power::IdleWindow::kLength.value();
    without_[i] = used     ? "it was in use itself while the CPUs were idle"
                  : !power ? "its counter said too little in a quiet minute"
                           : "";
    if (!power || !without_[i].empty()) continue;
    idle_[i] = units::Measured<Watts>::of(power->median, power->low, power->high, zones_[i].quality, sources_[i],
                                          zones_[i].scope);
    const attribution::Baseline baseline{.median = power->median,
                                         .low = power->low,
                                         .high = power->high,
                                         .temperature = temperature,
                                         .at = now,
                                         .window = power::IdleWindow::kLength};
    auto* zone = known_.find(zones_[i].path, sources_[i]);
    if (!zone) zone = &known_.zones.emplace_back(attribution::ZoneCalibration{zones_[i].path, sources_[i], {}, {}});
    zone->baseline = baseline;
  }
}

std::string Learning::stale(units::WallTime now) const {
  const attribution::Baseline* oldest = nullptr;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    const auto* zone = zones_[i].idle ? nullptr : known_.find(zones_[i].path, sources_[i]);
    if (zone && zone->baseline && (!oldest || zone->baseline->at < oldest->at)) oldest = &*zone->baseline;
  }
  if (!oldest || now - oldest->at <= kFresh) return {};
  return base::format("idle power was learned {:.1f} days ago{}; ffwatt calibrate idle learns it anew",
                      (now - oldest->at) / kDay,
                      oldest->temperature ? base::format(" at {:.0f} °C", oldest->temperature->value()) : "");
}

Learning::State Learning::state() const {
  State state;
  bool all = true;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    // Parts are charged to nobody: that one of them never moves is no loss.
    if (!needs_learning(zones_[i]) || zones_[i].parent) continue;
    state.needed = State::Needed::yes;
    const auto* zone = known_.find(zones_[i].path, sources_[i]);
    const bool known = zone && zone->baseline;
    if (known && (!state.oldest || zone->baseline->at < *state.oldest)) state.oldest = zone->baseline->at;
    all &= known;
    if (state.obstacle.empty() && !without_[i].empty())
      state.obstacle = base::format("{}: {}", zones_[i].name, without_[i]);
  }
  if (!all) state.oldest.reset();
  if (!window_.obstacle().empty()) state.obstacle = window_.obstacle();
  return state;
}

std::optional<Watts> Learning::marginal(std::size_t zone, double load, double less) const {
  const auto with = curves_[zone].at(load), without = curves_[zone].at(std::max(load - less, 0.0));
  if (!with || !without) return std::nullopt;
  return *with - *without;
}

attribution::Calibration Learning::calibration() const {
  auto all = known_;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    const auto points = curves_[i].points();
    if (points.empty()) continue;
    auto zone = std::ranges::find_if(
        all.zones, [&](const auto& z) { return z.path == zones_[i].path && z.source == sources_[i]; });
    if (zone == all.zones.end())
      zone = all.zones.insert(all.zones.end(), attribution::ZoneCalibration{zones_[i].path, sources_[i], {}, {}});
    zone->curve = points;
  }
  return all;
}

}  // namespace meter
