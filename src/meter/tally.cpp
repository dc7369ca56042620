#include "meter/tally.h"

#include <algorithm>
#include <cmath>

#include "attribution/error_model.h"

namespace meter {

using units::Joules;
using units::Seconds;

Tally::Tally(std::span<const power::Zone> zones, std::span<const std::optional<units::Measured<units::Watts>>> idle,
             IdlePolicy policy, double reserved)
    : idle_(idle), policy_(policy), reserved_(reserved), open_(zones.size()), zones_(zones.size()) {}

void Tally::add(std::span<const ZoneStep> zones, std::span<const CpuStep> places, std::span<const std::size_t> place_of,
                std::span<attribution::Charge> charged) {
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const auto& step = zones[i];
    const auto& cpu = places[place_of[i]];
    auto& open = open_[i];
    open.energy += step.energy, open.low += step.low, open.high += step.high;
    open.duration += step.duration;
    open.elapsed += cpu.elapsed;
    open.own += cpu.own.value_or(Seconds(0));
    open.others += cpu.others;
    open.others_norm += std::sqrt(cpu.others_squared);
    open.busy += cpu.busy;
    open.reserved_seconds += cpu.reserved * cpu.elapsed.value();
    open.others_seconds += cpu.others_reserved * cpu.elapsed.value();
    if (step.marginal) open.marginal += *step.marginal * step.duration, open.marginal_time += step.duration;
    if (cpu.own && step.duration > Seconds(0)) charge(i, charged[i]);
  }
}

void Tally::close(std::span<attribution::Charge> charged) {
  for (std::size_t i = 0; i < open_.size(); ++i)
    if (open_[i].duration > Seconds(0)) charge(i, charged[i]);
}

void Tally::charge(std::size_t zone, attribution::Charge& charged) {
  const auto& open = open_[zone];
  auto& tally = zones_[zone];
  const bool timed = open.elapsed > Seconds(0);
  const double reserved = timed ? open.reserved_seconds / open.elapsed.value() : reserved_;
  const double others_reserved = timed ? open.others_seconds / open.elapsed.value() : 0;
  const double share = attribution::share(open.own, open.own + open.others, open.busy);
  const double part =
      policy_ == IdlePolicy::share ? share : attribution::idle_part(reserved, reserved + others_reserved);
  const bool whole_machine = reserved_ >= 1 && others_reserved <= 0;

  tally.energy += open.energy, tally.low += open.low, tally.high += open.high;
  tally.duration += open.duration;
  tally.by_share += open.energy * share;
  tally.alone += open.energy * (whole_machine ? 1 : share);
  tally.at_most += open.energy * (whole_machine ? 1 : std::max(share, part));
  tally.charged_cpu += open.busy * share;
  tally.marginal += open.marginal, tally.marginal_time += open.marginal_time;
  const auto& idle = idle_[zone];
  tally.idle_time += open.duration * (idle && idle->known() ? part : whole_machine ? 1 : share);
  if (idle && idle->known()) {
    const auto [above, idle_share] = attribution::charge(open.energy, idle->value() * open.duration, share, part);
    tally.above_idle += above, tally.idle_share += idle_share;
    charged.above_idle += above, charged.idle_share += idle_share;

    const Joules higher = (idle->high() - idle->value()) * open.duration;
    const Joules lower = (idle->value() - idle->low()) * open.duration;
    tally.above_down += higher * share, tally.above_up += lower * share;
    tally.part_up += higher * part, tally.part_down += lower * part;
    // The two parts err against each other, so their sum errs less.
    const double net = part - share;
    tally.total_up += (net > 0 ? higher : lower) * std::abs(net);
    tally.total_down += (net > 0 ? lower : higher) * std::abs(net);

    const auto whole = std::max(open.busy, open.own + open.others);
    tally.dynamic += open.energy - idle->value() * open.duration, tally.busy += whole;
    const double weight = attribution::unlike_weight(open.own, open.others_norm * open.others_norm, whole);
    tally.unlike += Joules(std::abs(above.value())) * weight;
  }
  open_[zone] = {};
}

}  // namespace meter
