#include "meter/tally.h"

#include <algorithm>

#include "attribution/attribute.h"

namespace meter {

Tally::Tally(std::span<const power::Zone> zones, double reserved)
    : reserved_(reserved), open_(zones.size()), zones_(zones.size()) {
  for (const auto& zone : zones)
    baselines_.push_back(zone.idle && zone.idle->known() ? std::optional(zone.idle->value()) : std::nullopt);
}

void Tally::add(std::span<const ZoneStep> zones, const CpuStep& cpu) {
  for (std::size_t i = 0; i < zones.size(); ++i) {
    auto& open = open_[i];
    open.energy += zones[i].energy, open.low += zones[i].low, open.high += zones[i].high;
    open.duration += zones[i].duration;
    open.elapsed += cpu.elapsed;
    open.own += cpu.own.value_or(units::Seconds(0));
    open.others += cpu.others;
    open.busy += cpu.busy;
    open.reserved_seconds += cpu.others_reserved * cpu.elapsed.value();
    if (cpu.own && zones[i].duration > units::Seconds(0)) charge(i);
  }
}

void Tally::close() {
  for (std::size_t i = 0; i < open_.size(); ++i)
    if (open_[i].duration > units::Seconds(0)) charge(i);
}

void Tally::charge(std::size_t zone) {
  const auto& open = open_[zone];
  auto& tally = zones_[zone];
  const double others_reserved = open.elapsed > units::Seconds(0) ? open.reserved_seconds / open.elapsed.value() : 0;
  const double share = attribution::share(open.own, open.own + open.others, open.busy);
  const double part = attribution::idle_part(reserved_, reserved_ + others_reserved);
  const bool whole_machine = reserved_ >= 1 && others_reserved <= 0;

  tally.energy += open.energy, tally.low += open.low, tally.high += open.high;
  tally.duration += open.duration;
  tally.by_share += open.energy * share;
  tally.alone += open.energy * (whole_machine ? 1 : share);
  tally.at_most += open.energy * (whole_machine ? 1 : std::max(share, part));
  tally.charged_cpu += open.busy * share;
  if (baselines_[zone]) {
    const auto charges = attribution::attribute(
        {.energy = open.energy,
         .duration = open.duration,
         .baseline = *baselines_[zone],
         .busy = open.busy,
         .workloads = {{.cpu = open.own, .reserved = reserved_}, {.cpu = open.others, .reserved = others_reserved}}});
    tally.above_idle += charges.workloads[0].above_idle;
    tally.idle_share += charges.workloads[0].idle_share;
  }
  open_[zone] = {};
}

}  // namespace meter
