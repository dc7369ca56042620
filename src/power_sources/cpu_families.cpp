#include "power_sources/cpu_families.h"

#include <algorithm>

#include "base/text.h"
#include "json/json.h"
#include "json/reader.h"

namespace power_sources {
namespace {

using Kind = CpuFamily::Kind;

std::optional<Kind> parse_kind(std::string_view text) {
  if (text == "server") return Kind::server;
  if (text == "arm_server") return Kind::arm_server;
  if (text == "desktop") return Kind::desktop;
  if (text == "laptop") return Kind::laptop;
  if (text == "board") return Kind::board;
  return std::nullopt;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return !text.empty() && std::ranges::any_of(patterns, [&](const auto& pattern) { return matches(pattern, text); });
}

}  // namespace

CpuName cpu_name(std::string_view proc_cpuinfo) {
  std::string model, vendor, family, number, implementer, part;
  for (const auto line : base::split(proc_cpuinfo, '\n')) {
    const auto colon = line.find(':');
    if (colon == line.npos) {
      if (!vendor.empty() || !model.empty() || !part.empty()) break;  // the block of the first CPU tells all
      continue;
    }
    const auto key = base::trim(line.substr(0, colon)), value = base::trim(line.substr(colon + 1));
    if (key == "model name") model = value;
    if (key == "vendor_id") vendor = value;
    if (key == "cpu family") family = value;
    if (key == "model") number = value;
    if (key == "CPU implementer") implementer = value;
    if (key == "CPU part") part = value;
  }
  CpuName name{.model = model, .id = {}};
  if (!vendor.empty() && !family.empty() && !number.empty()) name.id = vendor + "/" + family + "/" + number;
  if (!implementer.empty() && !part.empty()) name.id = "ARM/" + implementer + "/" + part;
  return name;
}

std::string machine_name(std::string_view vendor, std::string_view product, std::string_view device_tree) {
  vendor = base::trim(vendor), product = base::trim(product);
  if (!product.empty()) return std::string(vendor) + "/" + std::string(product);
  return std::string(base::trim(device_tree.substr(0, device_tree.find('\0'))));
}

bool names_virtual_machine(std::string_view machine) {
  // Amazon lends whole machines too, and names them so.
  if (matches("Amazon EC2/*", machine)) return !matches("*.metal*", machine);
  static const std::vector<std::string> virtual_ones{"Google/Google Compute Engine",
                                                     "Microsoft Corporation/Virtual Machine",
                                                     "QEMU/*",
                                                     "VMware*",
                                                     "*/VirtualBox",
                                                     "Apple Inc./Apple Virtual*",
                                                     "Parallels*",
                                                     "Xen/*",
                                                     "*/KVM*",
                                                     "linux,dummy-virt"};
  return any_matches(virtual_ones, machine);
}

base::Result<std::vector<CpuFamily>> parse_cpu_families(std::string_view toml) {
  FFWATT_TRY(const auto value, json::parse_toml(toml, "cpu-families.toml"));
  json::Faults faults;
  json::Reader table(value, faults);
  std::vector<CpuFamily> families;
  for (auto& entry : table.objects("family", 1'000)) {
    CpuFamily family;
    family.name = entry.required_string("name");
    const auto kind = entry.required_string("kind");
    if (const auto parsed = parse_kind(kind))
      family.kind = *parsed;
    else
      entry.fault("kind", "is none of server, arm_server, desktop, laptop, board");
    family.machine = entry.strings("machine", 32);
    family.match = entry.strings("match", 32);
    family.cpu_id = entry.strings("cpu_id", 32);
    family.year = static_cast<int>(entry.required_integer("year", 2000, 2100));
    family.tdp = units::Watts(static_cast<double>(entry.required_integer("tdp_watts", 1, 2'000)));
    family.threads_per_chip = static_cast<int>(entry.required_integer("threads_per_chip", 1, 4'096));
    family.chips_per_machine = static_cast<int>(entry.required_integer("chips_per_machine", 1, 64));
    if (family.match.empty() && family.cpu_id.empty() && family.machine.empty())
      entry.fault("match", "neither match nor cpu_id nor machine: it never fits");
    entry.finish();
    families.push_back(std::move(family));
  }
  table.finish();
  if (!faults.empty()) return faults.error("cpu-families.toml");
  return families;
}

std::optional<CpuFamily> find_family(const std::vector<CpuFamily>& families, const CpuName& name) {
  for (const auto& family : families) {
    if (!family.machine.empty() && !any_matches(family.machine, name.machine)) continue;
    if (family.match.empty() && family.cpu_id.empty()) return family;
    if (any_matches(family.match, name.model)) return family;
    if (!name.id.empty() && std::ranges::find(family.cpu_id, name.id) != family.cpu_id.end()) return family;
  }
  return std::nullopt;
}

bool matches(std::string_view pattern, std::string_view text) {
  // Greedy with one step back to the last star: linear in practice, and enough because stars do not nest.
  std::size_t p = 0, t = 0, star = pattern.npos, retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p, ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++, retry = t;
    } else if (star != pattern.npos) {
      p = star + 1, t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace power_sources
