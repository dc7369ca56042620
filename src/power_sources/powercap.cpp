// powercap: the energy counters of the CPU (RAPL on Intel and AMD) as /sys/class/powercap shows them. Zones are found
// by path; each counter is held open, since open-read-close costs eight times as much as one pread. What the kernel
// says about it: Documentation/power/powercap/powercap.rst.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "os/machine.h"
#include "power/zone_tree.h"
#include "power_sources/counters.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

constexpr std::string_view kFolder = "/sys/class/powercap";
// A limit outside of these is a placeholder of the firmware.
constexpr units::Watts kLeastLimit{1}, kMostLimit{20'000};

class Powercap final : public power::Source {
 public:
  Powercap(std::vector<power::Zone> zones, std::vector<std::unique_ptr<os::HeldFile>> files)
      : zones_(std::move(zones)), files_(std::move(files)) {}
  std::string_view name() const override { return "powercap"; }
  std::span<const power::Zone> zones() const override { return zones_; }

  void read(const os::Clock& clock, power::Readings& out) override {
    read_each(
        zones_, [&](std::size_t i) { return look(clock, *files_[i]); }, out);
  }

 private:
  std::vector<power::Zone> zones_;
  std::vector<std::unique_ptr<os::HeldFile>> files_;
};

// Reads the tree once, at opening.
class Tree {
 public:
  explicit Tree(os::Host& host) : host_(host) {}

  // The paths of all zones, a parent before its children. The class folder lists them flat on a real kernel; a copy of
  // the tree may only nest them.
  base::Result<std::vector<std::string>> paths() const {
    FFWATT_TRY(const auto names, host_.files.list(host_.root.path(kFolder)));
    std::map<std::string, std::string> by_name;
    for (const auto& name : names)
      if (name.find(':') != name.npos) add(std::string(kFolder) + "/" + name, name, by_name);
    std::vector<std::string> result;
    for (const auto& [name, path] : by_name) result.push_back(path);
    return result;
  }

  std::optional<std::string> text(const std::string& path, std::string_view file) const {
    const auto content = host_.files.read(host_.root.path(path) / file, 4096);
    if (!content) return std::nullopt;
    return std::string(base::trim(*content));
  }

  // The largest of all limits: the short-term one (turbo) may be several times the long-term one, and the guard against
  // resets multiplies what it gets here.
  units::Watts limit(const std::string& path) const {
    units::Watts most{0};
    for (int i = 0; i < 3; ++i)
      for (const auto* kind : {"max_power_uw", "power_limit_uw"}) {
        const auto content = text(path, base::format("constraint_{}_{}", i, kind));
        const auto microwatts = content ? base::to_unsigned(*content) : std::nullopt;
        if (!microwatts) continue;
        const units::Watts watts(static_cast<double>(*microwatts) * 1e-6);
        if (watts >= kLeastLimit && watts <= kMostLimit) most = std::max(most, watts);
      }
    return most;
  }

 private:
  void add(const std::string& path, const std::string& name, std::map<std::string, std::string>& by_name) const {
    if (!by_name.try_emplace(name, path).second) return;
    const auto children = host_.files.list(host_.root.path(path));
    if (!children) return;
    for (const auto& child : *children)
      if (child.starts_with(name + ":")) add(path + "/" + child, child, by_name);
  }

  os::Host& host_;
};

// "package-1", "package-1-die-0" → 1.
std::optional<int> socket_of(std::string_view name) {
  if (!name.starts_with("package-")) return std::nullopt;
  const auto digits = base::split(name.substr(8), '-').front();
  const auto number = base::to_unsigned(digits);
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

// The zone of which this one's path is a child: "…/intel-rapl:0:1" → the zone named intel-rapl:0.
const power::Zone* parent_of(const std::string& path, const std::vector<power::Zone>& zones) {
  const auto leaf = [](const std::string& p) { return p.substr(p.rfind('/') + 1); };
  const auto own = leaf(path);
  for (const auto& zone : zones)
    if (own.starts_with(leaf(zone.path) + ":")) return &zone;
  return nullptr;
}

// What the name says; nothing for a zone whose meaning is unknown. The kernel's names: drivers/powercap/intel_rapl_*.c.
std::optional<power::Zone> describe(const std::string& path, const std::string& name,
                                    const std::vector<power::Zone>& above) {
  power::Zone zone;
  zone.path = path, zone.name = name;
  const auto* parent = parent_of(path, above);
  zone.socket = socket_of(name);
  if (name.starts_with("package")) {
    zone.scope = units::Scope::package;
  } else if (name == "psys") {
    zone.scope = units::Scope::psys;
  } else if (name == "dram") {
    // A child of the package by its path only: its energy is not in the package's counter.
    zone.scope = units::Scope::dram;
    if (parent) zone.socket = parent->socket;
  } else if (parent) {
    zone.scope = parent->scope, zone.parent = parent->path, zone.socket = parent->socket;  // core, uncore
  } else {
    return std::nullopt;
  }
  return zone;
}

// What is left of the zones found, and why the others are not.
struct Findings {
  std::vector<power::Zone> zones;
  std::vector<std::unique_ptr<os::HeldFile>> files;
  std::vector<power::Reading> first;
  std::vector<std::string> faults;
  bool denied = false;
};

Findings survey(os::Host& host, const Tree& tree, const std::vector<std::string>& paths) {
  std::vector<power::Zone> known;
  for (const auto& path : paths) {
    const auto name = tree.text(path, "name");
    if (!name) continue;
    if (auto zone = describe(path, *name, known)) known.push_back(*std::move(zone));
  }
  Findings found;
  const auto roles = power::roles(known);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (roles[i] == power::Role::twin) continue;
    auto& zone = known[i];
    if (const auto range = tree.text(zone.path, "max_energy_range_uj"))
      zone.range = base::to_unsigned(*range).value_or(0);
    zone.limit = tree.limit(zone.path);
    auto file = host.files.hold(host.root.path(zone.path) / "energy_uj");
    if (!file) {
      found.denied |= file.error().kind() == base::ErrorKind::denied;
      found.faults.push_back(base::format("{}: {}", zone.name, file.error().text()));
      continue;
    }
    auto first = look(host.clock, **file);
    if (!first) {
      found.denied |= first.error().kind() == base::ErrorKind::denied;
      found.faults.push_back(base::format("{}: {}", zone.name, first.error().text()));
    } else if (zone.range > 0 && first->raw > zone.range) {
      found.faults.push_back(
          base::format("{}: it shows {} µJ, more than its range of {} µJ", zone.name, first->raw, zone.range));
    } else {
      found.zones.push_back(std::move(zone));
      found.files.push_back(*std::move(file));
      found.first.push_back(*first);
    }
  }
  return found;
}

// Some hypervisors show counters that stand still or jump. They are told by a second look, which costs 10 ms; so it is
// made only inside a virtual machine and for counters at zero. Sub-zones are spared: an idle GPU part may stand still.
void drop_implausible(os::Host& host, Findings& found, bool virtual_machine) {
  const auto suspicious = [&](std::size_t i) {
    return !found.zones[i].parent && (virtual_machine || found.first[i].raw == 0);
  };
  bool any = false;
  for (std::size_t i = 0; i < found.zones.size(); ++i) any |= suspicious(i);
  if (!any) return;
  host.clock.sleep_until(host.clock.boot() + kSecondLook, {});
  for (std::size_t i = found.zones.size(); i-- > 0;) {
    if (!suspicious(i)) continue;
    const auto why = implausible(found.zones[i], found.first[i], look(host.clock, *found.files[i]));
    if (why.empty()) continue;
    found.faults.push_back(base::format("{}: {}", found.zones[i].name, why));
    const auto at = static_cast<std::ptrdiff_t>(i);
    found.zones.erase(found.zones.begin() + at);
    found.files.erase(found.files.begin() + at);
    found.first.erase(found.first.begin() + at);
  }
}

// A part without the zone that contains it says nothing about the whole.
void drop_orphans(Findings& found) {
  std::set<std::string> paths;
  for (const auto& zone : found.zones) paths.insert(zone.path);
  for (std::size_t i = found.zones.size(); i-- > 0;) {
    const auto& parent = found.zones[i].parent;
    if (!parent || paths.contains(*parent)) continue;
    found.zones.erase(found.zones.begin() + static_cast<std::ptrdiff_t>(i));
    found.files.erase(found.files.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

}  // namespace

Attempt open_powercap(os::Host& host, const Settings&) {
  const auto facts = os::machine_facts(host.files, host.root);
  const bool virtual_machine = facts && facts->virtual_machine;
  const std::string why_none = virtual_machine ? "this is a virtual machine, and its host does not pass the counters on"
                                               : "no driver for this CPU's counters is loaded";
  const std::string load = virtual_machine ? "" : "sudo modprobe intel_rapl_msr";

  const Tree tree(host);
  const auto paths = tree.paths();
  if (!paths && paths.error().kind() != base::ErrorKind::absent)
    return refused(base::format("{} cannot be listed: {}", kFolder, paths.error().text()));
  if (!paths || paths->empty()) return refused(base::format("no zones in {}: {}", kFolder, why_none), load);

  auto found = survey(host, tree, *paths);
  drop_implausible(host, found, virtual_machine);
  drop_orphans(found);
  if (found.zones.empty()) {
    if (found.denied)
      return refused("powercap is readable by root only", "sudo chmod a+r /sys/class/powercap/*/energy_uj");
    if (found.faults.empty()) return refused(base::format("no zone in {} counts energy of a package", kFolder));
    return refused(base::format("no zone can be used: {}", base::join(found.faults, "; ")));
  }
  std::vector<std::string> names;
  for (const auto& zone : found.zones) names.push_back(zone.name);
  auto detail = base::join(names, ", ");
  if (!found.faults.empty()) detail += base::format(" (left out: {})", base::join(found.faults, "; "));
  return {std::make_unique<Powercap>(std::move(found.zones), std::move(found.files)), std::move(detail), {}};
}

}  // namespace power_sources
