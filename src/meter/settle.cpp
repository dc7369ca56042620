#include "meter/settle.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/format.h"
#include "power/ledger.h"
#include "units/format.h"

namespace meter {
namespace {

using units::Joules;
using units::Seconds;
using units::Watts;
using MeasuredJoules = units::Measured<Joules>;

// CPU seconds of different programs differ in power: by about a quarter at the edges of what was measured, and a split
// over sockets by CPU time adds to it. Both vanish where a workload has all the busy time.
constexpr double kUnlikeSeconds = 0.25, kUnlikeSockets = 0.10;

Joules size(Joules q) { return Joules(std::abs(q.value())); }

// All counted zones of the scope together.
struct Sum {
  ZoneTally tally;
  Joules timing{};  // energy that may lie on the other side of a boundary read
  Joules lost{};    // the most that gaps may hide
  // Idle energy: of the zones while it ran, and the workload's part of it, each with the bounds of the baseline.
  Joules idle{}, idle_least{}, idle_most{}, part_least{}, part_most{};
  std::size_t sockets = 0;
  bool baseline = true, estimated = false;
  units::Quality quality = units::Quality::measured;

  double share() const { return tally.energy > Joules(0) ? tally.by_share / tally.energy : 0; }
  double low_factor() const { return tally.energy > Joules(0) ? tally.low / tally.energy : 1; }
  double high_factor() const { return tally.energy > Joules(0) ? tally.high / tally.energy : 1; }
};

Sum sum_up(std::span<const ZoneRun> zones) {
  Sum sum;
  std::set<int> sockets;
  for (const auto& [zone, tally, half_widths, gap, fault] : zones) {
    auto& all = sum.tally;
    all.energy += tally.energy, all.low += tally.low, all.high += tally.high;
    all.by_share += tally.by_share, all.alone += tally.alone, all.at_most += tally.at_most;
    all.above_idle += tally.above_idle, all.idle_share += tally.idle_share;
    all.duration = std::max(all.duration, tally.duration);
    all.charged_cpu = std::max(all.charged_cpu, tally.charged_cpu);
    sum.timing += tally.energy / tally.duration * (zone->tick + half_widths);
    sum.lost += power::plausible_power(*zone) * gap;
    sum.quality = std::max(sum.quality, zone->quality);
    sum.estimated |= zone->quality == units::Quality::estimated;
    if (zone->socket) sockets.insert(*zone->socket);
    if (!zone->idle || !zone->idle->known() || zone->idle->value() <= Watts(0)) {
      sum.baseline = false;
      continue;
    }
    const auto& idle = *zone->idle;
    sum.idle += idle.value() * tally.duration;
    sum.idle_least += idle.low() * tally.duration, sum.idle_most += idle.high() * tally.duration;
    sum.part_least += tally.idle_share * (idle.low() / idle.value());
    sum.part_most += tally.idle_share * (idle.high() / idle.value());
  }
  sum.sockets = sockets.size();
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

// Where the idle power is known: what the workload added to it, and its part of it.
void split(ScopeEnergy& energy, const Sum& sum, const std::string& source, const RunFacts& run) {
  const auto scope = energy.power.scope();
  const auto& tally = sum.tally;
  energy.idle_share = MeasuredJoules::of(tally.idle_share, std::min(sum.part_least, tally.idle_share),
                                         std::max(sum.part_most, tally.idle_share), sum.quality, source, scope);
  if (run.cpu_known == RunFacts::Cpu::unknown) {
    energy.above_idle = MeasuredJoules::unmeasurable(scope, "the CPU time of the workload is unknown");
    energy.total = energy.above_idle;
    return;
  }
  // An estimate is made from /proc/stat's ticks; where the CPU time is known exactly, it is the better measure of the
  // same thing.
  Joules above = tally.above_idle;
  if (sum.estimated && run.cpu_known == RunFacts::Cpu::exact && tally.charged_cpu > Seconds(0))
    above = above * (run.cpu / tally.charged_cpu);

  const double share = sum.share();
  const double unlike = (kUnlikeSeconds + (sum.sockets > 1 ? kUnlikeSockets : 0)) * (1 - share);
  Joules error_low = sum.timing * share + size(above) * unlike, error_high = error_low + sum.lost;
  const auto at_low = above * sum.low_factor(), at_high = above * sum.high_factor();
  if (!sum.estimated) {
    // A baseline that is really higher leaves less above it. (An estimate's idle and load are wrong together.)
    error_low += (sum.idle_most - sum.idle) * share;
    error_high += (sum.idle - sum.idle_least) * share;
  }
  energy.above_idle = MeasuredJoules::of(above, std::min({at_low, at_high, above}) - error_low,
                                         std::max({at_low, at_high, above}) + error_high, sum.quality, source, scope);
  const auto& a = energy.above_idle;
  const auto& i = energy.idle_share;
  const auto total = a.value() + i.value();
  energy.total = total > Joules(0) ? MeasuredJoules::of(total, std::max(a.low() + i.low(), Joules(0)),
                                                        a.high() + i.high(), sum.quality, source, scope)
                                   : MeasuredJoules::unmeasurable(
                                         scope, "less energy than at idle: the baseline is too high for this machine");
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
  const auto unlike = own_machine ? Joules(0) : tally.alone * (kUnlikeSeconds * (1 - part));
  const auto low = least * sum.low_factor() - sum.timing * part - unlike;
  const auto high = most * sum.high_factor() + sum.timing * part + unlike + sum.lost;
  energy.total = MeasuredJoules::of(tally.alone, std::clamp(low, Joules(0), tally.alone), std::max(high, tally.alone),
                                    sum.quality, source, scope);
}

}  // namespace

ScopeEnergy settle(units::Scope scope, const std::string& source, std::span<const ZoneRun> zones, const RunFacts& run) {
  const auto none = MeasuredJoules::unmeasurable(scope, obstacle(source, zones, run));
  ScopeEnergy energy{none, none, none, units::Measured<Watts>::unmeasurable(scope, none.reason())};
  if (!none.reason().empty()) return energy;

  const auto sum = sum_up(zones);
  const auto& tally = sum.tally;
  energy.power =
      MeasuredJoules::of(tally.energy, std::clamp(tally.low - sum.timing, Joules(0), tally.energy),
                         std::max(tally.high, tally.energy) + sum.timing + sum.lost, sum.quality, source, scope)
          .map<Watts>([&](Joules q) { return q / tally.duration; });
  if (sum.baseline)
    split(energy, sum, source, run);
  else
    take_whole(energy, sum, source, run);
  return energy;
}

}  // namespace meter
