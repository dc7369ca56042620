#include "power/run_trace.h"

namespace power {
namespace {

// Where no reading was accepted the next one counts over both intervals; what the ledger calls a gap is lost.
Mark mark_of(const Total& before, const Total& now) {
  if (now.resets > before.resets || now.gap > before.gap) return Mark::gap;
  return now.at > before.at ? Mark::fresh : Mark::held;
}

}  // namespace

std::vector<RunTrace::Followed> RunTrace::followed(const Snapshot& begin) {
  std::vector<Followed> followed;
  for (std::size_t i = 0; i < begin.zones.size(); ++i) {
    const auto& zone = begin.zones[i];
    if (zone.role == Role::counted || zone.role == Role::part) followed.push_back({i, zone.total, zone.total});
  }
  return followed;
}

std::vector<TraceZone> RunTrace::described(const Sampler& sampler, const std::vector<Followed>& followed) {
  std::vector<TraceZone> zones;
  for (const auto& each : followed) {
    const auto& zone = sampler.zones()[each.zone];
    zones.push_back({.path = zone.path,
                     .name = zone.name,
                     .scope = zone.scope,
                     .source = std::string(sampler.source_of(each.zone)),
                     .quality = zone.quality,
                     .part_of = zone.parent.value_or(""),
                     .joules_per_unit = zone.kind == Zone::Kind::counter ? zone.joules_per_unit : kMicrojoule});
  }
  return zones;
}

RunTrace::RunTrace(const Sampler& sampler, const Snapshot& begin)
    : followed_(followed(begin)), values_(followed_.size()), builder_(described(sampler, followed_), begin.at) {
  builder_.append(begin.at, values_);
}

void RunTrace::add(const Snapshot& now) {
  for (std::size_t i = 0; i < followed_.size(); ++i) {
    auto& each = followed_[i];
    const auto& total = now.zones[each.zone].total;
    values_[i] = {total.steps - each.begin.steps, mark_of(each.before, total)};
    each.before = total;
  }
  builder_.append(now.at, values_);
}

}  // namespace power
