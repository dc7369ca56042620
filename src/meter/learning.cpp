#include "meter/learning.h"

#include <algorithm>

namespace meter {

using units::Joules;
using units::Seconds;
using units::Watts;

namespace {

std::vector<Seconds> ticks_of(std::span<const power::Zone> zones) {
  std::vector<Seconds> ticks;
  for (const auto& zone : zones) ticks.push_back(zone.tick);
  return ticks;
}

}  // namespace

Learning::Learning(std::span<const power::Zone> zones, std::vector<std::string> sources, attribution::Calibration known)
    : zones_(zones),
      sources_(std::move(sources)),
      idle_(zones.size()),
      curves_(zones.size()),
      pending_(zones.size()),
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
}

void Learning::settle_idle(units::WallTime now) {
  const auto learned = window_.take();
  if (!learned) return;
  for (std::size_t i = 0; i < zones_.size(); ++i) {
    const auto& power = (*learned)[i];
    if (!power || zones_[i].idle) continue;
    idle_[i] = units::Measured<Watts>::of(power->median, power->low, power->high, zones_[i].quality, sources_[i],
                                          zones_[i].scope);
    const attribution::Baseline baseline{.median = power->median,
                                         .low = power->low,
                                         .high = power->high,
                                         .temperature = std::nullopt,
                                         .at = now,
                                         .window = power::IdleWindow::kLength};
    auto* zone = known_.find(zones_[i].path, sources_[i]);
    if (!zone) zone = &known_.zones.emplace_back(attribution::ZoneCalibration{zones_[i].path, sources_[i], {}, {}});
    zone->baseline = baseline;
  }
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
