#include "os/cpu_topology.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace os {
namespace {

constexpr std::string_view kFolder = "/sys/devices/system/cpu";
// Bounds against a broken tree: no kernel of today numbers as many.
constexpr std::uint64_t kMostCpus = 65'536;
constexpr int kMostSockets = 1'024;

}  // namespace

std::size_t CpuTopology::sockets() const {
  std::set<int> known(socket_of_cpu.begin(), socket_of_cpu.end());
  known.erase(-1);
  return std::max<std::size_t>(1, known.size());
}

std::size_t CpuTopology::socket_slots() const {
  const auto highest = std::ranges::max_element(socket_of_cpu);
  return highest == socket_of_cpu.end() ? 0 : static_cast<std::size_t>(*highest + 1);
}

CpuTopology cpu_topology(const Files& files, const Root& root) {
  CpuTopology topology;
  const auto names = files.list(root.path(kFolder));
  if (!names) return topology;
  for (const auto& name : *names) {
    if (!name.starts_with("cpu")) continue;
    const auto cpu = base::to_unsigned(std::string_view(name).substr(3));
    if (!cpu || *cpu >= kMostCpus) continue;  // cpufreq, cpuidle
    const auto text = files.read(root.path(kFolder) / name / "topology/physical_package_id", 64);
    if (topology.socket_of_cpu.size() <= *cpu) topology.socket_of_cpu.resize(*cpu + 1, -1);
    if (!text) continue;
    // ARM kernels may say -1: not known.
    const auto socket = base::to_int(base::trim(*text)).value_or(-1);
    if (socket >= 0 && socket < kMostSockets) topology.socket_of_cpu[*cpu] = static_cast<int>(socket);
  }
  return topology;
}

}  // namespace os
