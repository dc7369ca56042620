#include "base/format.h"
#include "cli/doctor/checks.h"
#include "units/format.h"

namespace cli::doctor {
namespace {

using State = wire::Check::State;

// As long as a run takes it without a remark (meter/learning.cpp).
constexpr units::Seconds kDay{86'400};
constexpr std::string_view kLearnIdle = "ffwatt calibrate idle";

std::string age(units::Seconds time) {
  return time < kDay ? units::text(time) + " ago" : base::format("{:.1f} days ago", time / kDay);
}

wire::Check idle_row(const power::Zone& zone, const attribution::Baseline& baseline, units::WallTime now) {
  const auto since = now - baseline.at;
  auto text =
      base::format("{}, 95 % {} to {}, learned {} over {}", units::text(baseline.median), units::text(baseline.low),
                   units::text(baseline.high), age(since), units::text(baseline.window));
  if (baseline.temperature) text += base::format(" at {:.0f} °C", baseline.temperature->value());
  const bool old = since > kDay;
  return {"idle power of " + zone.name, old ? State::warning : State::ok, std::move(text),
          old ? std::string(kLearnIdle) : ""};
}

}  // namespace

std::vector<wire::Check> check_calibration(const power_sources::Opened& opened,
                                           const attribution::Calibration& calibration, units::WallTime now) {
  std::vector<wire::Check> rows;
  bool package = false, wall = false;
  for (const auto& source : opened.sources)
    for (const auto& zone : source->zones()) {
      const bool measured = zone.quality == units::Quality::measured;
      package |= measured && zone.scope == units::Scope::package;
      wall |= zone.scope == units::Scope::machine;
      // A part of another zone is charged to nobody, and what knows its own idle power needs none.
      if (zone.idle || zone.parent) continue;
      const auto* known = calibration.find(zone.path, source->name());
      if (known && known->baseline)
        rows.push_back(idle_row(zone, *known->baseline, now));
      else
        rows.push_back({"idle power of " + zone.name, State::warning,
                        "not known: what a run takes above idle cannot be told", std::string(kLearnIdle)});
    }
  if (!package || wall) return rows;
  if (const auto& factor = calibration.wall) {
    const auto constant = factor->constant();
    rows.push_back({"wall", constant ? State::ok : State::warning,
                    base::format("{:.2f} joules for each of the CPU, 95 % {:.2f} to {:.2f}, {}, learned {}",
                                 factor->factor, factor->low, factor->high,
                                 constant ? "and " + units::text(*constant) + " besides"
                                          : std::string("what the wall takes besides is not known"),
                                 age(now - factor->at)),
                    constant ? "" : "ffwatt calibrate wall"});
  } else
    rows.push_back(
        {"wall", State::not_here,
         "not calibrated: runs show 1.17 ± 0.1 joules for each of the CPU; with a wall meter, ffwatt calibrate "
         "wall learns this machine's",
         ""});
  return rows;
}

}  // namespace cli::doctor
