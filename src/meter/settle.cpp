#include "meter/settle.h"

#include <algorithm>
#include <cmath>

#include "attribution/error_model.h"
#include "base/format.h"
#include "power/ledger.h"
#include "units/format.h"

namespace meter {
namespace {

using units::Joules;
using units::Seconds;
using units::Watts;
using MeasuredJoules = units::Measured<Joules>;

// Programs differ in memory traffic by far more than in CPU power: as a part of what they differ by in that.
constexpr double kUnlikeTraffic = 0.6 / attribution::kUnlikePrograms;
// A source that updates more rarely is not read anew at a boundary: what lies beyond its last update is extrapolated.
constexpr Seconds kSlowTick{0.5};
// 95 % of the differences of two even lags of up to one tick lie within this part of it.
constexpr double kLag = 0.78;
// A curve that was known for less of the run than this does not speak for it.
constexpr double kCurveKnown = 0.95;

Joules size(Joules q) { return Joules(std::abs(q.value())); }

// All counted zones of the scope together.
struct Sum {
  ZoneTally tally;
  Joules timing{};  // energy that may lie on the other side of a boundary read
  Joules lost{};    // the most that gaps may hide
  bool baseline = true, estimated = false;
  std::string no_split;  // why the scope cannot be split among workloads
  units::Quality quality = units::Quality::measured;

  // What a CPU time that is off by so much is worth.
  Joules worth(Seconds cpu) const {
    return tally.busy > Seconds(0) ? size(tally.dynamic) * (cpu / tally.busy) : Joules(0);
  }
  double share() const { return tally.energy > Joules(0) ? tally.by_share / tally.energy : 0; }
  double low_factor() const { return tally.energy > Joules(0) ? tally.low / tally.energy : 1; }
  double high_factor() const { return tally.energy > Joules(0) ? tally.high / tally.energy : 1; }
};

// A slow source's last update lies before the end: the rest is taken to be like what was seen.
double extrapolation(const ZoneRun& run, Seconds elapsed) {
  if (run.zone->tick < kSlowTick || run.tally.duration <= Seconds(0)) return 1;
  return std::max(1.0, elapsed / run.tally.duration);
}

Sum sum_up(std::span<const ZoneRun> zones, Seconds elapsed) {
  Sum sum;
  for (const auto& run : zones) {
    const auto& [zone, tally, idle, half_widths, gap, fault] = run;
    const double f = extrapolation(run, elapsed);
    auto& all = sum.tally;
    all.energy += tally.energy * f, all.low += tally.low * f, all.high += tally.high * f;
    all.by_share += tally.by_share * f, all.alone += tally.alone * f, all.at_most += tally.at_most * f;
    all.above_idle += tally.above_idle * f, all.idle_share += tally.idle_share * f;
    all.above_down += tally.above_down * f, all.above_up += tally.above_up * f;
    all.part_down += tally.part_down * f, all.part_up += tally.part_up * f;
    all.total_down += tally.total_down * f, all.total_up += tally.total_up * f;
    all.unlike += tally.unlike * f, all.marginal += tally.marginal * f;
    all.dynamic += tally.dynamic * f, all.busy = std::max(all.busy, tally.busy * f);
    all.marginal_time =
        zone == zones.front().zone ? tally.marginal_time * f : std::min(all.marginal_time, tally.marginal_time * f);
    all.duration = std::max(all.duration, tally.duration * f);
    all.charged_cpu = std::max(all.charged_cpu, tally.charged_cpu);
    all.idle_time += tally.idle_time * (f / static_cast<double>(zones.size()));
    sum.timing += tally.energy / tally.duration * (zone->tick * kLag + half_widths);
    sum.lost += power::plausible_power(*zone) * gap;
    sum.quality = std::max(sum.quality, zone->quality);
    sum.estimated |= zone->quality == units::Quality::estimated;
    if (zone->split == power::Zone::Split::none) sum.no_split = zone->no_split_reason;
    if (!idle || !idle->known() || idle->value() < Watts(0)) sum.baseline = false;
  }
  return sum;
}

// Why the zones say nothing about this run; empty where they do.
std::string obstacle(const std::string& source, std::span<const ZoneRun> zones, const RunFacts& run) {
  if (zones.empty()) return "no zone of this scope counts";
  for (const auto& zone : zones)
    if (!zone.fault.empty()) return zone.fault;
  for (const auto& zone : zones)
    if (run.elapsed < zone.zone->tick * run.shortest_ticks)
      return base::format("too short: {} is less than {:g} updates of {} ({} each)", units::text(run.elapsed),
                          run.shortest_ticks, source, units::text(zone.zone->tick));
  for (const auto& zone : zones)
    if (zone.tally.duration <= Seconds(0) || (zone.tally.energy <= Joules(0) && zone.gap <= Seconds(0)))
      return base::format("the counter of {} did not move in {}", zone.zone->name, units::text(run.elapsed));
    else if (zone.tally.energy <= Joules(0))
      return base::format("the counter of {} was reset while it ran", zone.zone->name);
  return {};
}

MeasuredJoules around(Joules value, Joules down, Joules up, const Sum& sum, const std::string& source,
                      units::Scope scope) {
  return MeasuredJoules::of(value, value - down, value + up, sum.quality, source, scope);
}

// Where the idle power is known: what the workload added to it, and its part of it.
void split(ScopeEnergy& energy, const Sum& sum, const std::string& source, const RunFacts& run) {
  const auto scope = energy.power.scope();
  const auto& tally = sum.tally;
  energy.idle_share = around(tally.idle_share, tally.part_down, tally.part_up, sum, source, scope);
  if (run.cpu_known == RunFacts::Cpu::unknown) {
    energy.above_idle = MeasuredJoules::unmeasurable(scope, "the CPU time of the workload is unknown");
    energy.total = energy.above_idle;
    return;
  }
  // An estimate is made from /proc/stat's ticks; where the CPU time is known exactly, it is the better measure of the
  // same thing.
  Joules above = tally.above_idle;
  if (sum.estimated && run.cpu_known == RunFacts::Cpu::exact && tally.charged_cpu > Seconds(0)) {
    above = above * (run.cpu / tally.charged_cpu);
    energy.correction = above - tally.above_idle;
  }

  const double share = sum.share();
  const Joules rounding = sum.worth(run.cpu_rounding);
  attribution::ErrorCauses causes{.timing = Joules(std::hypot((sum.timing * share).value(), rounding.value())),
                                  .baseline_down = tally.above_down,
                                  .baseline_up = tally.above_up,
                                  .unlike = tally.unlike * (scope == units::Scope::dram ? kUnlikeTraffic : 1),
                                  .lost = sum.lost};
  // An estimate's idle and load are wrong together, by its own factors.
  if (sum.estimated) causes.baseline_down = causes.baseline_up = Joules(0);
  const auto factor_down = size(std::min({above * sum.low_factor(), above * sum.high_factor(), above}) - above);
  const auto factor_up = size(std::max({above * sum.low_factor(), above * sum.high_factor(), above}) - above);
  const auto widths = attribution::half_widths(causes);
  energy.above_idle = around(above, widths.down + factor_down, widths.up + factor_up, sum, source, scope);

  const auto total = above + tally.idle_share;
  if (total <= Joules(0)) {
    const bool unused = sum.share() <= 0 && tally.idle_share <= Joules(0);
    energy.total = MeasuredJoules::unmeasurable(
        scope, unused ? "it used none of it, and has no part of its idle power by the idle policy"
                      : "less energy than at idle: the baseline is too high for this machine");
    return;
  }
  if (sum.estimated) {
    const auto &a = energy.above_idle, &i = energy.idle_share;
    energy.total = MeasuredJoules::of(total, std::max(a.low() + i.low(), Joules(0)), a.high() + i.high(), sum.quality,
                                      source, scope);
    return;
  }
  causes.baseline_down = tally.total_down, causes.baseline_up = tally.total_up;
  const auto both = attribution::half_widths(causes);
  const auto idle_down = size(tally.idle_share) * (1 - std::min(sum.low_factor(), 1.0));
  const auto idle_up = size(tally.idle_share) * (std::max(sum.high_factor(), 1.0) - 1);
  energy.total = around(total, std::min(both.down + factor_down + idle_down, total), both.up + factor_up + idle_up, sum,
                        source, scope);
}

// What the scope would have drawn less without the workload, where the curve of its power over load is known.
MeasuredJoules marginal(units::Scope scope, const Sum& sum, const std::string& source, const RunFacts& run) {
  const auto& tally = sum.tally;
  if (run.cpu_known == RunFacts::Cpu::unknown)
    return MeasuredJoules::unmeasurable(scope, "the CPU time of the workload is unknown");
  if (tally.marginal_time < tally.duration * kCurveKnown)
    return MeasuredJoules::unmeasurable(scope, std::string(kNoCurve));
  // A curve of hours speaks for the mean program: as unsure as one that shares with one other.
  const auto width = attribution::half_widths({.timing = sum.timing * sum.share(),
                                               .baseline_down = {},
                                               .baseline_up = {},
                                               .unlike = size(tally.marginal),
                                               .lost = sum.lost});
  const auto factor_down = size(tally.marginal) * (1 - std::min(sum.low_factor(), 1.0));
  const auto factor_up = size(tally.marginal) * (std::max(sum.high_factor(), 1.0) - 1);
  return around(tally.marginal, width.down + factor_down, width.up + factor_up, sum, source, scope);
}

// Where it is not known: all energy of a machine of its own, else its share by CPU time.
void take_whole(ScopeEnergy& energy, const Sum& sum, const std::string& source, const RunFacts& run) {
  const auto scope = energy.power.scope();
  const auto& tally = sum.tally;
  energy.above_idle = energy.idle_share = MeasuredJoules::unmeasurable(scope, std::string(kNoBaseline));
  if (tally.alone <= Joules(0)) {
    energy.total = MeasuredJoules::unmeasurable(scope, run.cpu_known == RunFacts::Cpu::unknown
                                                           ? "the CPU time of the workload is unknown"
                                                           : "it used less CPU time than the kernel counts");
    return;
  }
  const double part = tally.alone / tally.energy;
  const bool own_machine = part > 1 - 1e-9;
  Joules least = tally.alone, most = std::max(tally.at_most, tally.alone);
  if (own_machine && run.cpu_known == RunFacts::Cpu::unknown) least = Joules(0);
  if (own_machine && run.other_work == RunFacts::OtherWork::noticed) least = std::min(least, tally.by_share);
  const auto unlike = own_machine ? Joules(0) : tally.alone * (attribution::kUnlikePrograms * (1 - part));
  const auto low = least * sum.low_factor() - sum.timing * part - unlike;
  const auto high = most * sum.high_factor() + sum.timing * part + unlike + sum.lost;
  energy.total = MeasuredJoules::of(tally.alone, std::clamp(low, Joules(0), tally.alone), std::max(high, tally.alone),
                                    sum.quality, source, scope);
}

}  // namespace

ScopeEnergy settle(units::Scope scope, const std::string& source, std::span<const ZoneRun> zones, const RunFacts& run) {
  const auto none = MeasuredJoules::unmeasurable(scope, obstacle(source, zones, run));
  ScopeEnergy energy{none, none, none, none, units::Measured<Watts>::unmeasurable(scope, none.reason()), {}, {}};
  if (!none.reason().empty()) return energy;

  const auto sum = sum_up(zones, run.elapsed);
  const auto& tally = sum.tally;
  energy.idle_time = tally.idle_time;
  energy.power =
      MeasuredJoules::of(tally.energy, std::clamp(tally.low - sum.timing, Joules(0), tally.energy),
                         std::max(tally.high, tally.energy) + sum.timing + sum.lost, sum.quality, source, scope)
          .map<Watts>([&](Joules q) { return q / tally.duration; });
  if (!sum.no_split.empty()) {
    energy.total = energy.above_idle = energy.idle_share = energy.marginal =
        MeasuredJoules::unmeasurable(scope, sum.no_split);
    return energy;
  }
  energy.marginal = marginal(scope, sum, source, run);
  if (sum.baseline)
    split(energy, sum, source, run);
  else
    take_whole(energy, sum, source, run);
  return energy;
}

}  // namespace meter
