// Estimate: which server the estimate stands for, made from the machine's facts, the table of CPU families and the
// configuration. Pure, so that every choice has a test; model.cpp is the source that reads the load.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "os/machine.h"
#include "power_sources/cpu_families.h"
#include "power_sources/server_power.h"
#include "power_sources/sources.h"

namespace power_sources {

struct Estimate {
  ServerPower server;
  double host_threads = 1;   // hardware threads of the whole server
  double idle_fraction = 1;  // of its idle power: 1, or a virtual machine's CPUs ÷ host threads
  enum class Kind { machine, virtual_machine } kind = Kind::machine;
  Bounds extra{};        // on top of ServerPower::bounds or the bounds of a virtual machine
  std::string detail{};  // for the ladder: what it was made from
  std::string fix{};     // which configuration would make it better; may be empty
};

// invalid where the facts do not allow any estimate (no memory size).
base::Result<Estimate> make_estimate(const os::MachineFacts& facts, const CpuName& cpu,
                                     const std::vector<CpuFamily>& families, const Settings& settings);

// true ÷ estimated for a machine at `utilisation` of which the hypervisor has stolen `steal` (0 to 1) of the time.
Bounds bounds(const Estimate& estimate, double utilisation, double steal);

}  // namespace power_sources
