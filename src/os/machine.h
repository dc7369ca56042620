// What this machine is, read from /proc and /sys under a Root: facts for the estimate, the node list and `doctor`; and
// the CPU time of the whole machine, for attribution.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "os/files.h"
#include "os/root.h"
#include "units/quantity.h"

namespace os {

struct MachineFacts {
  std::string host_name;
  std::string cpu_model;  // "AMD EPYC 7763 64-Core Processor"; empty where unknown
  int sockets = 1;        // distinct physical ids
  int cores = 1;          // distinct (physical id, core id)
  int threads = 1;        // online logical CPUs
  units::Bytes memory{};
  bool virtual_machine = false;  // the hypervisor flag of /proc/cpuinfo
  std::string kernel;            // /proc/sys/kernel/osrelease
  std::string boot_id;           // /proc/sys/kernel/random/boot_id
};
base::Result<MachineFacts> machine_facts(const Files& files, const Root& root);

// Since boot, from /proc/stat (ticks of 10 ms). busy = all states but idle, iowait and steal; guest time is not counted
// twice (the kernel already has it in user).
struct CpuTimes {
  units::Seconds busy{}, idle{}, steal{};
};
struct MachineCpu {
  CpuTimes total;
  std::vector<CpuTimes> by_cpu;  // index = CPU number; offline CPUs keep zeros
};
base::Result<MachineCpu> machine_cpu(const Files& files, const Root& root);
base::Result<MachineCpu> parse_proc_stat(std::string_view text);

// The process that listens on a TCP port, as far as we may look: "nginx (pid 812)", or the user id. absent where free.
base::Result<std::string> port_owner(const Files& files, const Root& root, int port);

}  // namespace os
