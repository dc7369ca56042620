// /sys/class/powercap and /proc with any text in any file, and another text after a while: every zone either reads or
// says why not, and energy never falls. What follows the line "@later" is there at the second look.
#include <cmath>

#include "os/host.h"
#include "os_testing/fuzz_target.h"
#include "os_testing/memory_files.h"
#include "os_testing/seeded_random.h"
#include "power/ledger.h"
#include "power_sources/sources.h"

namespace os_testing {
namespace {

// Whoever waits for a second look moves the time, and may see other counters.
class Clock final : public os::Clock {
 public:
  units::WallTime wall() const override { return {}; }
  units::BootTime boot() const override { return now; }
  Woken sleep_until(units::BootTime deadline, std::stop_token) const override {
    now = std::max(now, deadline);
    return Woken::deadline;
  }
  mutable units::BootTime now = units::BootTime::from_seconds(100);
};

void count(power::Source& source, const Clock& clock, power::Ledger& ledger) {
  power::Readings readings;
  source.read(clock, readings);
  promise(readings.good.size() + readings.faults.size() == source.zones().size(), "a zone without reading or fault");
  for (const auto& reading : readings.good) {
    const auto before = ledger.total(reading.zone);
    ledger.add(reading);
    const auto& total = ledger.total(reading.zone);
    promise(std::isfinite(total.energy.value()) && total.energy >= before.energy, "energy that falls");
    promise(total.low <= total.energy && total.energy <= total.high, "an interval beside its value");
  }
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const std::string machine =
      "@/proc/stat\ncpu  100 0 50 1000 5 0 1 2 0 0\ncpu0 100 0 50 1000 5 0 1 2 0 0\n"
      "@/proc/meminfo\nMemTotal: 16000000 kB\n@/proc/cpuinfo\nprocessor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: "
      "25\n"
      "model\t\t: 1\nmodel name\t: AMD EPYC 7763 64-Core Processor\nphysical id\t: 0\ncore id\t: 0\nflags\t: fpu\n";
  const auto zone = [](const std::string& path, const std::string& name) {
    const auto top = "@/sys/class/powercap/" + path + "/";
    return top + "name\n" + name + "\n" + top + "energy_uj\n1000000\n" + top + "max_energy_range_uj\n262143328850\n" +
           top + "constraint_0_max_power_uw\n200000000\n";
  };
  const auto later = std::string(
      "@later\n@/sys/class/powercap/intel-rapl:0/energy_uj\n3000000\n"
      "@/proc/stat\ncpu  200 0 50 1000 5 0 1 2 0 0\n");
  const std::string devices = "@/sys/bus/event_source/devices/power/";
  std::string pmu = devices + "type\n21\n" + devices + "cpumask\n0\n" +
                    "@/sys/devices/system/cpu/cpu0/topology/physical_package_id\n0\n"
                    "@/sys/devices/system/cpu/cpu0/topology/die_id\n0\n";
  for (const std::string event : {"energy-pkg", "energy-ram"})
    pmu += devices + "events/" + event + "\nevent=0x02\n" + devices + "events/" + event + ".unit\nJoules\n" + devices +
           "events/" + event + ".scale\n2.3283064365386962890625e-10\n@/perf/0/" + event + "\n7\n";
  const std::string sensors =
      "@/sys/class/hwmon/hwmon0/name\npower_meter\n@/sys/class/hwmon/hwmon0/power1_average\n250000000\n"
      "@/sys/class/hwmon/hwmon0/power1_average_interval\n1000\n@/sys/class/hwmon/hwmon1/name\namd_energy\n"
      "@/sys/class/hwmon/hwmon1/energy1_input\n1000000\n@/sys/class/hwmon/hwmon1/energy1_label\nEsocket0\n"
      "@/sys/class/hwmon/hwmon2/name\nina226\n@/sys/class/hwmon/hwmon2/in1_input\n12000\n"
      "@/sys/class/hwmon/hwmon2/curr1_input\n2000\n@/sys/class/hwmon/hwmon2/curr1_label\nVDD_IN\n";
  return {
      machine + later,
      machine + zone("intel-rapl:0", "package-0") + zone("intel-rapl:0:0", "core") + zone("intel-rapl:0:1", "dram") +
          zone("intel-rapl:1", "psys") + zone("intel-rapl-mmio:0", "package-0") + later,
      machine + zone("intel-rapl:0", "package-0-die-1") + zone("intel-rapl:0/intel-rapl:0:0", "uncore") + later,
      machine + pmu + "@later\n@/perf/0/energy-pkg\n18446744073709551615\n@/perf/0/energy-ram\n10000000000000000000\n",
      machine + sensors +
          "@later\n@/sys/class/hwmon/hwmon1/energy1_input\n10000000000000000000\n"
          "@/sys/class/hwmon/hwmon0/power1_average\n-1\n"};
}

void fuzz_one(std::string_view text) {
  static os::RealHost real;  // for the parts that are never asked
  Clock clock;
  SeededRandom random;
  const auto later = std::min(text.find("@later\n"), text.size());
  MemoryFiles files(text.substr(0, later), "/machine");
  // Not "/": the PMU's counts are files as well.
  const os::Root root("/machine");
  const auto perf = os::perf_events_from_files(files, root);
  os::Host host{clock, random, root, files, real.host().processes, real.host().cgroups, *perf};
  const auto opened = power_sources::open_all(host, {});
  for (const auto& rung : opened.ladder) promise(!rung.detail.empty(), "a rung that says nothing");
  std::vector<power::Ledger> ledgers;
  for (const auto& source : opened.sources) {
    ledgers.emplace_back(source->zones());
    count(*source, clock, ledgers.back());
  }
  files.add(text.substr(later), "/machine");
  clock.now = clock.now + units::Seconds(1);
  for (std::size_t i = 0; i < opened.sources.size(); ++i) count(*opened.sources[i], clock, ledgers[i]);
}

}  // namespace os_testing
