#include "power/zone_tree.h"

#include <algorithm>
#include <cmath>

#include "power/ledger.h"

namespace power {
namespace {

bool through_mmio(const Zone& zone) { return zone.path.find("intel-rapl-mmio") != std::string::npos; }

bool same_domain(const Zone& a, const Zone& b) {
  return a.name == b.name && a.scope == b.scope && a.socket == b.socket && a.parent.has_value() == b.parent.has_value();
}

}  // namespace

std::string_view name(Role role) {
  switch (role) {
    case Role::counted:
      return "counted";
    case Role::part:
      return "part of its parent";
    case Role::twin:
      return "twin of another driver's zone";
    case Role::mirror:
      return "mirror of another zone's counter";
  }
  return "";
}

std::vector<Role> roles(std::span<const Zone> zones) {
  std::vector<Role> result(zones.size(), Role::counted);
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const auto& zone = zones[i];
    const auto twin = [&](const Zone& other) { return !through_mmio(other) && same_domain(zone, other); };
    if (through_mmio(zone) && std::ranges::any_of(zones, twin))
      result[i] = Role::twin;
    else if (zone.parent)
      result[i] = Role::part;
  }
  return result;
}

MirrorWatch::MirrorWatch(std::span<const Zone> zones)
    : fixed_(power::roles(zones)), roles_(fixed_), last_(zones.size()) {
  for (std::size_t j = 1; j < zones.size(); ++j)
    for (std::size_t i = 0; i < j; ++i) {
      const auto &a = zones[i], &b = zones[j];
      if (fixed_[i] != Role::counted || fixed_[j] != Role::counted) continue;
      if (a.kind != Zone::Kind::counter || b.kind != Zone::Kind::counter) continue;
      if (a.scope != b.scope || a.socket != b.socket || a.joules_per_unit != b.joules_per_unit || a.range != b.range)
        continue;
      pairs_.push_back({.first = i,
                        .second = j,
                        .fastest = std::max(plausible_power(a), plausible_power(b)),
                        .tick = std::max(a.tick, b.tick),
                        .joules_per_unit = a.joules_per_unit,
                        .range = a.range});
    }
}

void MirrorWatch::look(std::span<const Reading> readings) {
  if (pairs_.empty()) return;
  for (auto& reading : last_) reading.reset();
  for (const auto& reading : readings) last_[reading.zone] = reading;
  bool changed = false;
  for (auto& pair : pairs_) {
    const auto &a = last_[pair.first], &b = last_[pair.second];
    if (pair.differed || !a || !b) continue;
    const auto apart = units::Seconds(std::abs((a->at - b->at).value())) + pair.tick;
    const auto explained = pair.fastest * apart;
    auto steps = std::max(a->raw, b->raw) - std::min(a->raw, b->raw);
    // Just after one of two mirrors wrapped they lie at the two ends of the range.
    if (pair.range > steps) steps = std::min(steps, pair.range - steps);
    const units::Joules distance(static_cast<double>(steps) * pair.joules_per_unit);
    changed |= !pair.seen;
    pair.seen = true;
    if (distance > explained) {
      pair.differed = true;
      changed = true;
    }
  }
  if (changed) settle();
}

void MirrorWatch::settle() {
  roles_ = fixed_;
  for (const auto& pair : pairs_)
    if (pair.seen && !pair.differed && roles_[pair.first] == Role::counted) roles_[pair.second] = Role::mirror;
}

}  // namespace power
