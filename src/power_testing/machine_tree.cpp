#include "power_testing/machine_tree.h"

#include "base/format.h"
#include "power_testing/simulated_sources.h"

namespace power_testing {
namespace {

std::string folder_of(MachineTree::Groups groups, Machine::ProgramId program) {
  return base::format("/sys/fs/cgroup/{}ffwatt/job-{}", groups == MachineTree::Groups::v1 ? "cpuacct/" : "", program);
}

}  // namespace

MachineTree::MachineTree(LiveFiles& files, Machine& machine, const os::Clock& clock, Groups groups, std::uint64_t seed)
    : files_(files), machine_(machine), clock_(clock), groups_(groups), kernel_(machine) {
  add_powercap(seed);
  add_perf(seed);
  add_cpus();
  files_.add("/proc/meminfo", "MemTotal: 268435456 kB\n");
  files_.add("/proc/stat", [this] { return kernel_.proc_stat(clock_.boot()); });
  if (groups == Groups::v1)
    files_.add("/sys/fs/cgroup/cpuacct/cpuacct.usage_percpu",
               [this] { return kernel_.root_usage_percpu(clock_.boot()); });
}

void MachineTree::add_powercap(std::uint64_t seed) {
  std::uint64_t index = 0;
  for (const auto id : machine_.zones()) {
    const bool package = id.scope == units::Scope::package;
    if (!package && id.scope != units::Scope::dram) continue;
    const auto folder = base::format("/sys/class/powercap/intel-rapl:{}{}", id.socket, package ? "" : ":0");
    CounterSensor sensor{
        .zone = id,
        .counter = {.numerator = 61'035, .denominator = 1'000, .joules_before = drawn(seed, index) * 262'144},
        .updates = {.seed = seed + index}};
    ++index;
    const auto& facts = machine_.facts();
    const auto limit = package ? facts.socket.peak : facts.memory.idle + facts.memory.full;
    files_.add(folder + "/name", package ? base::format("package-{}\n", id.socket) : "dram\n");
    files_.add(folder + "/max_energy_range_uj", base::format("{}\n", sensor.counter.range()));
    files_.add(folder + "/constraint_0_max_power_uw", base::format("{:.0f}\n", limit.value() * 1e6));
    files_.add(folder + "/energy_uj",
               [this, sensor] { return base::format("{}\n", sensor.raw(machine_, clock_.boot())); });
  }
}

void MachineTree::add_perf(std::uint64_t seed) {
  const std::string pmu = "/sys/bus/event_source/devices/power/";
  files_.add(pmu + "type", "21\n");
  std::string mask;
  for (int s = 0; s < machine_.facts().sockets; ++s)
    mask += base::format("{}{}", s == 0 ? "" : ",", s * machine_.facts().socket.cores);
  files_.add(pmu + "cpumask", mask + "\n");
  for (const auto& [event, config] : {std::pair("energy-pkg", 2), std::pair("energy-ram", 3)}) {
    const auto path = base::format("{}events/{}", pmu, event);
    files_.add(path, base::format("event=0x{:02x}\n", config));
    files_.add(path + ".unit", "Joules\n");
    files_.add(path + ".scale", "2.3283064365386962890625e-10\n");
  }
  std::uint64_t index = 0;
  for (const auto id : machine_.zones()) {
    const bool package = id.scope == units::Scope::package;
    if (!package && id.scope != units::Scope::dram) continue;
    // The same registers, renewed at the same moments; the kernel widens them to 64 bits and counts in units of 2^-32
    // J.
    const CounterSensor sensor{.zone = id,
                               .counter = {.bits = 64, .numerator = 1 << 18, .denominator = 1, .joules_before = 0},
                               .updates = {.seed = seed + index}};
    ++index;
    files_.add(
        base::format("/perf/{}/{}", id.socket * machine_.facts().socket.cores, package ? "energy-pkg" : "energy-ram"),
        [this, sensor] { return base::format("{}\n", sensor.raw(machine_, clock_.boot())); });
  }
}

void MachineTree::add_cpus() {
  std::string cpuinfo;
  const int cores = machine_.facts().socket.cores;
  for (int cpu = 0; cpu < machine_.cores(); ++cpu) {
    cpuinfo += base::format(
        "processor\t: {}\nvendor_id\t: GenuineIntel\nmodel name\t: Simulated CPU\nphysical id\t: {}\ncore id\t\t: {}\n"
        "flags\t\t: fpu\n\n",
        cpu, cpu / cores, cpu % cores);
    files_.add(base::format("/sys/devices/system/cpu/cpu{}/topology/physical_package_id", cpu),
               base::format("{}\n", cpu / cores));
  }
  files_.add("/proc/cpuinfo", cpuinfo);
}

os::Path MachineTree::add_group(Machine::ProgramId program) {
  kernel_.follow(program);
  const auto folder = folder_of(groups_, program);
  files_.add(folder + "/cgroup.procs", base::format("{}\n", process_of(program)));
  if (groups_ == Groups::v1) {
    files_.add(folder + "/cpuacct.usage", [this, program] { return kernel_.cpuacct_usage(program, clock_.boot()); });
    files_.add(folder + "/cpuacct.usage_percpu",
               [this, program] { return kernel_.cpuacct_usage_percpu(program, clock_.boot()); });
  } else {
    files_.add(folder + "/cpu.stat", [this, program] { return kernel_.cpu_stat(program, clock_.boot()); });
  }
  return folder;
}

void MachineTree::remove_group(Machine::ProgramId program) {
  kernel_.leave(program);
  files_.take_away(folder_of(groups_, program));
}

}  // namespace power_testing
