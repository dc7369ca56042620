// perf: the energy counters of the CPU (RAPL on Intel and AMD) through the kernel's perf PMU "power". Better than
// powercap: the kernel widens the 32-bit counters and minds their wraps, and one read gives all counters of a package
// at one moment. What it shows: Documentation/ABI/testing/sysfs-bus-event_source-devices-events and
// arch/x86/events/rapl.c.
#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "os/machine.h"
#include "power_sources/counters.h"
#include "power_sources/open_source.h"
#include "power_sources/perf_pmu.h"

namespace power_sources {
namespace {

// One group of counters and the zone that each of them is; nothing for one that is read and not used.
struct Group {
  std::unique_ptr<os::CounterGroup> counters;
  std::vector<std::optional<std::size_t>> zones;
  std::vector<std::uint64_t> values;
  std::uint64_t base = 0;  // added to each count

  base::Result<power::Reading> look(const os::Clock& clock) {
    const auto before = clock.boot();
    FFWATT_CHECK(counters->read(values));
    power::Reading reading;
    reading.half_width = (clock.boot() - before) / 2.0;
    reading.at = before + reading.half_width;
    return reading;
  }
  power::Reading of(power::Reading when, std::size_t event) const {
    when.raw = base + values[event];
    return when;
  }
};

class Perf final : public power::Source {
 public:
  Perf(std::vector<power::Zone> zones, std::vector<Group> groups)
      : zones_(std::move(zones)), groups_(std::move(groups)) {}
  std::string_view name() const override { return "perf"; }
  std::span<const power::Zone> zones() const override { return zones_; }

  void read(const os::Clock& clock, power::Readings& out) override {
    for (auto& group : groups_) {
      const auto when = group.look(clock);
      for (std::size_t i = 0; i < group.zones.size(); ++i) {
        const auto zone = group.zones[i];
        if (!zone) continue;
        if (!when) {
          out.faults.push_back({*zone, when.error().in(zones_[*zone].name)});
          continue;
        }
        out.good.push_back(group.of(*when, i));
        out.good.back().zone = *zone;
      }
    }
  }

 private:
  std::vector<power::Zone> zones_;
  std::vector<Group> groups_;
};

struct Findings {
  std::vector<power::Zone> zones;
  std::vector<Group> groups;
  std::vector<std::string> faults;
  bool denied = false;
};

// Where an event of the list cannot be had, the others still can: the errno of a group does not tell which one it was.
base::Result<std::unique_ptr<os::CounterGroup>> open_group(os::Host& host, os::CounterGroupSpec& spec,
                                                           std::vector<PmuEvent>& events, Findings& found) {
  auto whole = host.perf.open_group(spec);
  if (whole || whole.error().kind() == base::ErrorKind::denied || events.size() == 1) return whole;
  std::vector<PmuEvent> good;
  os::CounterGroupSpec rest{spec.pmu, spec.cpu, {}};
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto single = host.perf.open_group({spec.pmu, spec.cpu, {spec.events[i]}});
    if (single)
      good.push_back(events[i]), rest.events.push_back(spec.events[i]);
    else
      found.faults.push_back(single.error().text());
  }
  if (good.empty() || good.size() == events.size()) return whole;
  events = std::move(good), spec = std::move(rest);
  return host.perf.open_group(spec);
}

power::Zone describe(const PmuEvent& event, const PmuCpu& cpu, std::string_view package) {
  power::Zone zone;
  zone.path = base::format("{}/events/{}@cpu{}", kPowerPmu, event.name, cpu.number);
  zone.joules_per_unit = event.joules_per_count;
  zone.scope = event.kind == PmuEvent::Kind::dram   ? units::Scope::dram
               : event.kind == PmuEvent::Kind::psys ? units::Scope::psys
                                                    : units::Scope::package;
  if (event.kind != PmuEvent::Kind::psys) zone.socket = cpu.socket;
  zone.name = event.kind == PmuEvent::Kind::package ? std::string(package) : event.zone_name;
  return zone;
}

void add_group(os::Host& host, const Pmu& pmu, const PmuCpu& cpu, std::string_view package,
               std::vector<PmuEvent> events, Findings& found) {
  if (events.empty()) return;
  os::CounterGroupSpec spec{pmu.type, cpu.number, {}};
  for (const auto& event : events) spec.events.push_back({event.name, event.config});
  auto counters = open_group(host, spec, events, found);
  if (!counters) {
    found.denied |= counters.error().kind() == base::ErrorKind::denied;
    found.faults.push_back(counters.error().text());
    return;
  }
  Group group{.counters = *std::move(counters),
              .zones = {},
              .values = std::vector<std::uint64_t>(events.size()),
              .base = cpu.counts_apart};
  if (const auto first = group.look(host.clock); !first) {
    found.denied |= first.error().kind() == base::ErrorKind::denied;
    found.faults.push_back(first.error().text());
    return;
  }
  // A part without the zone that contains it says nothing about the whole.
  const auto whole = std::ranges::find(events, PmuEvent::Kind::package, &PmuEvent::kind);
  for (const auto& event : events) {
    if (event.kind == PmuEvent::Kind::part && whole == events.end()) {
      group.zones.emplace_back();
      continue;
    }
    auto zone = describe(event, cpu, package);
    if (event.kind == PmuEvent::Kind::part) zone.parent = describe(*whole, cpu, package).path;
    group.zones.emplace_back(found.zones.size());
    found.zones.push_back(std::move(zone));
  }
  found.groups.push_back(std::move(group));
}

Findings survey(os::Host& host, const Pmu& pmu) {
  Findings found;
  found.faults = pmu.faults;
  std::map<int, int> dies;
  for (const auto& cpu : pmu.cpus) ++dies[cpu.socket];
  for (const auto& cpu : pmu.cpus) {
    auto package = base::format("package-{}", cpu.socket);
    if (dies[cpu.socket] > 1) package += base::format("-die-{}", cpu.die);
    std::vector<PmuEvent> of_package, of_platform;
    for (const auto& event : pmu.events)
      (event.kind == PmuEvent::Kind::psys ? of_platform : of_package).push_back(event);
    add_group(host, pmu, cpu, package, std::move(of_package), found);
    // The platform has one counter, which every package shows.
    if (cpu.number == pmu.cpus.front().number) add_group(host, pmu, cpu, package, std::move(of_platform), found);
  }
  return found;
}

// Looks twice, which costs 10 ms, so only inside of a virtual machine. Parts are spared: an idle GPU may stand still.
void drop_implausible(os::Host& host, Findings& found) {
  std::vector<std::pair<base::Result<power::Reading>, std::vector<std::uint64_t>>> first;
  for (auto& group : found.groups) first.emplace_back(group.look(host.clock), group.values);
  host.clock.sleep_until(host.clock.boot() + kSecondLook, {});
  std::set<std::string> bad;
  for (std::size_t g = 0; g < found.groups.size(); ++g) {
    auto& group = found.groups[g];
    const auto second = group.look(host.clock);
    for (std::size_t i = 0; i < group.zones.size(); ++i) {
      const auto& number = group.zones[i];
      if (!number || found.zones[*number].parent) continue;
      const auto& zone = found.zones[*number];
      auto before = first[g].first;
      if (before) before->raw = group.base + first[g].second[i];
      auto after = second;
      if (after) after = group.of(*second, i);
      const auto why = before ? implausible(zone, *before, after) : before.error().text();
      if (why.empty()) continue;
      bad.insert(zone.path);
      found.faults.push_back(base::format("{}: {}", zone.name, why));
    }
  }
  std::vector<power::Zone> kept;
  for (auto& group : found.groups)
    for (auto& place : group.zones) {
      if (!place) continue;
      auto& zone = found.zones[*place];
      if (bad.contains(zone.path) || (zone.parent && bad.contains(*zone.parent))) {
        place.reset();
        continue;
      }
      place = kept.size();
      kept.push_back(std::move(zone));
    }
  found.zones = std::move(kept);
}

}  // namespace

Attempt open_perf(os::Host& host, const Settings&) {
  const auto facts = os::machine_facts(host.files, host.root);
  const bool virtual_machine = facts && facts->virtual_machine;
  const auto pmu = find_power_pmu(host.files, host.root);
  if (!pmu && pmu.error().kind() == base::ErrorKind::absent)
    return virtual_machine
               ? refused("this is a virtual machine, and its host does not pass the counters on")
               : refused(base::format("no {}: the kernel's driver for this CPU's counters is not loaded", kPowerPmu),
                         "sudo modprobe rapl");
  if (!pmu) return refused(pmu.error().text());

  auto found = survey(host, *pmu);
  if (virtual_machine && !found.zones.empty()) drop_implausible(host, found);
  if (found.zones.empty()) {
    if (found.denied) {
      auto denial = explain_denial(host.files, host.root);
      return refused(std::move(denial.why), std::move(denial.fix));
    }
    if (found.faults.empty()) return refused(base::format("{} counts no energy of a package", kPowerPmu));
    return refused(base::format("no counter can be used: {}", base::join(found.faults, "; ")));
  }
  std::vector<std::string> names;
  for (const auto& zone : found.zones) names.push_back(zone.name);
  auto detail = base::join(names, ", ");
  if (!found.faults.empty()) detail += base::format(" (left out: {})", base::join(found.faults, "; "));
  return {std::make_unique<Perf>(std::move(found.zones), std::move(found.groups)), std::move(detail), {}};
}

}  // namespace power_sources
