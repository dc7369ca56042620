// settle(): from what was tallied in the zones of one scope to the lines of a report, with their intervals, or with the
// reason why there is no number. Pure; the formulas and their reasons are in docs/developer/attribution.md.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "meter/tally.h"
#include "units/measured.h"

namespace meter {

// One zone that counts for its scope, over the run of one workload.
struct ZoneRun {
  const power::Zone* zone = nullptr;
  ZoneTally tally;
  std::optional<units::Measured<units::Watts>> idle;  // its idle power, where known
  units::Seconds half_widths{};                       // timing errors of the two boundary reads, added
  units::Seconds gap{};                               // time whose energy the counter does not tell
  std::string fault;                                  // why one of the boundary reads failed; empty: both are good
};

// The run as such.
struct RunFacts {
  units::Seconds elapsed{};
  double shortest_ticks = 3;
  enum class Cpu { unknown, watched, exact } cpu_known = Cpu::watched;
  units::Seconds cpu{};           // of the workload
  units::Seconds cpu_rounding{};  // by how much it may be off, since the kernel tells it in ticks
  enum class OtherWork { unnoticed, noticed } other_work = OtherWork::unnoticed;
};

struct ScopeEnergy {
  units::Measured<units::Joules> total, above_idle, idle_share, marginal;
  units::Measured<units::Watts> power;  // mean of the whole scope while the workload ran
  // By how much above_idle is more than what was charged step by step (an estimate settled by exact CPU time).
  units::Joules correction{};
  // For how long the workload had the idle power of one whole zone of the scope (ZoneTally::idle_time); the mean of
  // all.
  units::Seconds idle_time{};
};
ScopeEnergy settle(units::Scope scope, const std::string& source, std::span<const ZoneRun> zones, const RunFacts& run);

inline constexpr std::string_view kNoBaseline = "no baseline; run ffwatt calibrate idle";
inline constexpr std::string_view kNoCurve = "no load curve: this machine was not seen at enough different loads yet";

}  // namespace meter
