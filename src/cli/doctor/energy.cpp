#include <algorithm>

#include "base/format.h"
#include "cli/doctor/checks.h"

namespace cli::doctor {
namespace {

using State = wire::Check::State;

units::Quality best_quality(const power_sources::Opened& opened) {
  auto best = units::Quality::unmeasurable;
  for (const auto& source : opened.sources)
    for (const auto& zone : source->zones()) best = std::min(best, zone.quality);
  return best;
}

}  // namespace

std::vector<wire::Check> check_energy(const power_sources::Opened& opened) {
  const auto best = best_quality(opened);
  const bool measured = best == units::Quality::measured;
  std::vector<wire::Check> out;
  bool mendable = false;
  for (const auto& rung : opened.ladder) {
    wire::Check row{"energy by " + rung.source, State::not_here, rung.detail.empty() ? rung.description : rung.detail,
                    rung.fix};
    if (rung.in_use == power_sources::Rung::InUse::yes) {
      row.state = State::ok;
    } else if (!measured && !rung.fix.empty()) {
      // Somebody can mend this, and then numbers are measured instead of estimated.
      row.state = State::to_fix;
      mendable = true;
    }
    out.push_back(std::move(row));
  }
  wire::Check verdict{"energy", State::ok, "measured", ""};
  if (best == units::Quality::unmeasurable) {
    verdict = {"energy", State::to_fix, "cannot be had here: no source reads anything, see below", ""};
  } else if (!measured) {
    verdict = {"energy", State::warning,
               base::format("{}, not measured{}", units::name(best),
                            mendable ? "; it could be, see below" : ": no sensor can be read on this machine"),
               ""};
  }
  out.insert(out.begin(), std::move(verdict));
  return out;
}

}  // namespace cli::doctor
