#include "power_sources/cpu_families.h"

#include <algorithm>

#include "base/text.h"
#include "json/json.h"
#include "json/reader.h"

namespace power_sources {

CpuName cpu_name(std::string_view proc_cpuinfo) {
  std::string model, vendor, family, number;
  for (const auto line : base::split(proc_cpuinfo, '\n')) {
    const auto colon = line.find(':');
    if (colon == line.npos) {
      if (!vendor.empty() || !model.empty()) break;  // the block of the first CPU tells all
      continue;
    }
    const auto key = base::trim(line.substr(0, colon)), value = base::trim(line.substr(colon + 1));
    if (key == "model name") model = value;
    if (key == "vendor_id") vendor = value;
    if (key == "cpu family") family = value;
    if (key == "model") number = value;
  }
  CpuName name{.model = model, .id = {}};
  if (!vendor.empty() && !family.empty() && !number.empty()) name.id = vendor + "/" + family + "/" + number;
  return name;
}

base::Result<std::vector<CpuFamily>> parse_cpu_families(std::string_view toml) {
  FFWATT_TRY(const auto value, json::parse_toml(toml, "cpu-families.toml"));
  json::Faults faults;
  json::Reader table(value, faults);
  std::vector<CpuFamily> families;
  for (auto& entry : table.objects("family", 1'000)) {
    CpuFamily family;
    family.name = entry.required_string("name");
    family.match = entry.strings("match", 32);
    family.cpu_id = entry.strings("cpu_id", 32);
    family.year = static_cast<int>(entry.required_integer("year", 2000, 2100));
    family.tdp = units::Watts(static_cast<double>(entry.required_integer("tdp_watts", 1, 2'000)));
    family.threads_per_chip = static_cast<int>(entry.required_integer("threads_per_chip", 1, 4'096));
    family.chips_per_machine = static_cast<int>(entry.required_integer("chips_per_machine", 1, 64));
    if (family.match.empty() && family.cpu_id.empty()) entry.fault("match", "neither match nor cpu_id: it never fits");
    entry.finish();
    families.push_back(std::move(family));
  }
  table.finish();
  if (!faults.empty()) return faults.error("cpu-families.toml");
  return families;
}

std::optional<CpuFamily> find_family(const std::vector<CpuFamily>& families, const CpuName& name) {
  for (const auto& family : families) {
    const auto fits = [&](const std::string& pattern) { return matches(pattern, name.model); };
    if (!name.model.empty() && std::ranges::any_of(family.match, fits)) return family;
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
