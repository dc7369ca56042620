// Which CPU sits in which socket, from /sys/devices/system/cpu. Offline CPUs keep the socket that they had, since the
// kernel forgets it. Pure value; read once at start and again when a CPU appears.
#pragma once

#include <vector>

#include "os/files.h"
#include "os/root.h"

namespace os {

struct CpuTopology {
  // Index: CPU number. Sockets are numbered as the kernel's physical_package_id; -1 where it is not known.
  std::vector<int> socket_of_cpu;
  // Distinct sockets in use; at least 1.
  std::size_t sockets() const;
  // One more than the highest socket number; 0 where none is known.
  std::size_t socket_slots() const;
};

// Never fails: a machine without that folder has one socket whose CPUs are unknown.
CpuTopology cpu_topology(const Files& files, const Root& root);

}  // namespace os
