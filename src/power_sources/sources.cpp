#include "power_sources/sources.h"

#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "power_sources/open_source.h"
#include "power_sources/some_zones.h"

namespace power_sources {
namespace {

struct Entry {
  std::string name, description;
  Attempt (*open)(os::Host&, const Settings&);
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> list{
#define POWER_SOURCE(name, description) {#name, description, &open_##name},
#include "power_sources/sources.def"
#undef POWER_SOURCE
  };
  return list;
}

bool estimates(const power::Source& source) {
  return std::ranges::any_of(source.zones(),
                             [](const power::Zone& zone) { return zone.quality == units::Quality::estimated; });
}

// Does it say anything about the processors? Where only GPUs are measured, the machine around them is not.
bool beyond_gpus(const power::Source& source) {
  return std::ranges::any_of(source.zones(), [](const power::Zone& zone) { return zone.scope != units::Scope::gpu; });
}

// The zones whose scope no better source covers, and the names of the scopes of the others. GPUs are told apart by
// their makers: each source reads the cards of some, so two sources have no card in common.
struct Needed {
  std::vector<std::size_t> zones;
  std::vector<std::string> covered;
};
Needed needed(const power::Source& source, const std::set<units::Scope>& scopes) {
  Needed result;
  for (std::size_t i = 0; i < source.zones().size(); ++i) {
    const auto scope = source.zones()[i].scope;
    if (scope == units::Scope::gpu || !scopes.contains(scope)) {
      result.zones.push_back(i);
      continue;
    }
    std::string name(units::name(scope));
    if (std::ranges::find(result.covered, name) == result.covered.end()) result.covered.push_back(std::move(name));
  }
  return result;
}

// Where nothing reads. Without a choice every rung has its own reason, too many for a sentence; with one it is the
// choice that decides.
std::string why_none(const Settings& settings, const std::vector<Rung>& ladder) {
  if (settings.only.empty()) return "no power source is readable; see ffwatt doctor";
  std::vector<std::string> reasons;
  for (const auto& rung : ladder)
    if (std::ranges::find(settings.only, rung.source) != settings.only.end())
      reasons.push_back(
          base::format("{}: {}{}", rung.source, rung.detail, rung.fix.empty() ? "" : " (fix: " + rung.fix + ")"));
  return base::format(
      "none of the power sources that --power-source or energy.sources allows can be read: {}; allow others ('ffwatt "
      "doctor' says what works here)",
      base::join(reasons, "; "));
}

}  // namespace

std::vector<Known> known_sources() {
  std::vector<Known> list;
  for (const auto& entry : entries()) list.push_back({entry.name, entry.description});
  return list;
}

Opened open_all(os::Host& host, const Settings& settings) {
  Opened opened;
  std::set<units::Scope> scopes;
  std::string measuring;  // the first source that measures more than GPUs
  const auto wanted = [&](const std::string& name) {
    return settings.only.empty() || std::ranges::find(settings.only, name) != settings.only.end();
  };
  for (const auto& entry : entries()) {
    Rung rung{
        .source = entry.name, .description = entry.description, .in_use = Rung::InUse::no, .detail = {}, .fix = {}};
    if (!wanted(entry.name)) {
      rung.detail =
          base::format("left out by the configuration, which allows only {}", base::join(settings.only, ", "));
      opened.ladder.push_back(std::move(rung));
      continue;
    }
    auto attempt = entry.open(host, settings);
    rung.detail = std::move(attempt.detail);
    rung.fix = std::move(attempt.fix);
    if (attempt.source) {
      auto need = needed(*attempt.source, scopes);
      if (need.zones.empty()) {
        rung.detail = base::format("not needed: a better source covers {}", base::join(need.covered, ", "));
      } else if (estimates(*attempt.source) && !measuring.empty()) {
        // An estimate beside a measured value invites adding or comparing the two.
        rung.detail = base::format("not needed: {} measures", measuring);
      } else {
        rung.in_use = Rung::InUse::yes;
        if (!estimates(*attempt.source) && beyond_gpus(*attempt.source) && measuring.empty()) measuring = entry.name;
        if (!need.covered.empty()) {
          rung.detail += base::format(" (a better source covers {})", base::join(need.covered, ", "));
          attempt.source = some_zones(std::move(attempt.source), std::move(need.zones));
        }
        for (const auto& zone : attempt.source->zones()) scopes.insert(zone.scope);
        opened.sources.push_back(std::move(attempt.source));
      }
    }
    opened.ladder.push_back(std::move(rung));
  }

  std::vector<std::string> names;
  for (const auto& entry : entries()) names.push_back(entry.name);
  for (const auto& name : settings.only)
    if (std::ranges::find(names, name) == names.end())
      opened.ladder.push_back({.source = name,
                               .description = "unknown",
                               .in_use = Rung::InUse::no,
                               .detail = base::format("there is no power source '{}'; known are {}.{}", name,
                                                      base::join(names, ", "), base::did_you_mean(name, names)),
                               .fix = {}});
  if (opened.sources.empty()) opened.why_none = why_none(settings, opened.ladder);
  return opened;
}

}  // namespace power_sources
