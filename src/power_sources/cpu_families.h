// The table of CPU families (data/cpu-families.toml) and the look-up in it. Pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "units/quantity.h"

namespace power_sources {

struct CpuFamily {
  std::string name;
  std::vector<std::string> match;   // patterns of the model name
  std::vector<std::string> cpu_id;  // "AuthenticAMD/25/17"
  int year = 0;
  units::Watts tdp{};  // of one chip
  int threads_per_chip = 0;
  int chips_per_machine = 1;
};

// How /proc/cpuinfo names a CPU; parts may be empty.
struct CpuName {
  std::string model;  // "AMD EPYC 7763 64-Core Processor"
  std::string id;     // vendor_id/cpu family/model
};
CpuName cpu_name(std::string_view proc_cpuinfo);

std::string_view cpu_families_text();  // the file as built in
base::Result<std::vector<CpuFamily>> parse_cpu_families(std::string_view toml);
// The first entry whose pattern or id fits.
std::optional<CpuFamily> find_family(const std::vector<CpuFamily>& families, const CpuName& name);

// * is any text, ? any one character.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace power_sources
