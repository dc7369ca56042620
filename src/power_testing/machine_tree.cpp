#include "power_testing/machine_tree.h"

#include <cstdlib>
#include <utility>

#include "base/format.h"

namespace power_testing {
namespace {

constexpr std::size_t kWidth = 4'096;  // of a file of several lines

std::string padded(std::string_view text, std::size_t width) {
  std::string result(text);
  if (result.size() < width) result.insert(result.size(), width - result.size(), '\n');
  return result;
}

std::string cpuinfo(const Machine& machine) {
  std::string text;
  const int cores = machine.facts().socket.cores;
  for (int cpu = 0; cpu < machine.cores(); ++cpu)
    text += base::format(
        "processor\t: {}\nvendor_id\t: GenuineIntel\nmodel name\t: Simulated CPU\nphysical id\t: {}\ncore id\t\t: {}\n"
        "flags\t\t: fpu\n\n",
        cpu, cpu / cores, cpu % cores);
  return text;
}

}  // namespace

MachineTree::MachineTree(os::Files& files, os::Root root, Machine& machine, std::uint64_t seed)
    : files_(files), root_(std::move(root)), machine_(machine), kernel_(machine) {
  for (const auto id : machine.zones()) {
    const bool package = id.scope == units::Scope::package;
    if (!package && id.scope != units::Scope::dram) continue;
    const auto folder = base::format("/sys/class/powercap/intel-rapl:{}{}", id.socket, package ? "" : ":0");
    CounterSensor sensor{
        .zone = id,
        .counter = {.numerator = 61'035, .denominator = 1'000, .joules_before = drawn(seed, zones_.size()) * 262'144},
        .updates = {.seed = seed + zones_.size()}};
    const auto& facts = machine.facts();
    const auto limit = package ? facts.socket.peak : facts.memory.idle + facts.memory.full;
    make(folder + "/name", package ? base::format("package-{}\n", id.socket) : "dram\n");
    make(folder + "/max_energy_range_uj", base::format("{}\n", sensor.counter.range()));
    make(folder + "/constraint_0_max_power_uw", base::format("{:.0f}\n", limit.value() * 1e6));
    zones_.push_back({folder, sensor});
  }
  make("/proc/cpuinfo", cpuinfo(machine));
  make("/proc/meminfo", "MemTotal: 268435456 kB\n");
  show(machine.started());
}

void MachineTree::add_group(Machine::ProgramId program, std::string name) {
  groups_.push_back({program, std::move(name)});
}

void MachineTree::show(units::BootTime now) {
  for (const auto& zone : zones_)
    put(zone.folder + "/energy_uj", base::format("{:<20}\n", zone.sensor.raw(machine_, now)));
  put("/proc/stat", padded(kernel_.proc_stat(now), kWidth));
  put("/sys/fs/cgroup/cpuacct/cpuacct.usage_percpu", padded(kernel_.root_usage_percpu(now), kWidth));
  for (const auto& [program, name] : groups_) {
    put("/sys/fs/cgroup/ffwatt/" + name + "/cpu.stat", padded(kernel_.cpu_stat(program, now), 256));
    const auto v1 = "/sys/fs/cgroup/cpuacct/ffwatt/" + name;
    put(v1 + "/cpuacct.usage", padded(kernel_.cpuacct_usage(program, now), 24));
    put(v1 + "/cpuacct.usage_percpu", padded(kernel_.cpuacct_usage_percpu(program, now), kWidth));
  }
}

void MachineTree::make(std::string_view path, std::string_view content) {
  const auto real = root_.path(path);
  if (!files_.make_folders(real.parent_path()) || !files_.write_durably(real, content)) std::abort();
}

void MachineTree::put(std::string_view path, std::string_view content) {
  const auto real = root_.path(path);
  if (!files_.exists(real)) return make(path, content);
  if (!files_.write_in_place(real, content)) std::abort();
}

}  // namespace power_testing
