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
  // What a machine with such a chip is; the fit of server_power.h was made for servers with x86 CPUs.
  enum class Kind { server, arm_server, desktop, laptop, board } kind = Kind::server;
  std::vector<std::string> match;    // patterns of the model name
  std::vector<std::string> cpu_id;   // "AuthenticAMD/25/17", "ARM/0x41/0xd0c"; one of match and cpu_id must fit
  std::vector<std::string> machine;  // patterns of the machine's name; one must fit, too, where there are any
  int year = 0;
  units::Watts tdp{};  // of one chip
  int threads_per_chip = 0;
  int chips_per_machine = 1;
};

// How /proc/cpuinfo names a CPU, and the firmware its machine; parts may be empty.
struct CpuName {
  std::string model;      // "AMD EPYC 7763 64-Core Processor"
  std::string id;         // vendor_id/cpu family/model, or ARM/implementer/part, of the first CPU
  std::string machine{};  // "Amazon EC2/c7g.xlarge", "Raspberry Pi 4 Model B Rev 1.4"
};
CpuName cpu_name(std::string_view proc_cpuinfo);

// From /sys/class/dmi/id/sys_vendor and product_name, or /proc/device-tree/model (which ends with a zero byte).
std::string machine_name(std::string_view vendor, std::string_view product, std::string_view device_tree);
// ARM has no CPU flag that tells: whether this is the name of a virtual machine.
bool names_virtual_machine(std::string_view machine);

std::string_view cpu_families_text();  // the file as built in
base::Result<std::vector<CpuFamily>> parse_cpu_families(std::string_view toml);
// The first entry whose pattern or id fits.
std::optional<CpuFamily> find_family(const std::vector<CpuFamily>& families, const CpuName& name);

// * is any text, ? any one character.
bool matches(std::string_view pattern, std::string_view text);

}  // namespace power_sources
