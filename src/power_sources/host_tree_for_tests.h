// HostTree: a machine made of files, for the tests of this folder only: a copy of one of tests/fixtures/hosts, with
// powercap zones and load written by the test, and a clock that a sleep moves.
#pragma once

#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/format.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"
#include "power_sources/troubled_files_for_tests.h"

namespace power_sources {

// Whoever sleeps moves the time: for code that waits a moment and looks again. `meanwhile` is what happens then.
class SleepMovesTime final : public os::Clock {
 public:
  units::WallTime wall() const override { return {}; }
  units::BootTime boot() const override { return now; }
  Woken sleep_until(units::BootTime deadline, std::stop_token) const override {
    now = std::max(now, deadline);
    if (meanwhile) meanwhile();
    return Woken::deadline;
  }
  mutable units::BootTime now = units::BootTime::from_seconds(100);
  std::function<void()> meanwhile;
};

class HostTree {
 public:
  explicit HostTree(std::string_view fixture)
      : real_(os::Root(folder.path())),
        files(real_.host().files),
        perf(os::perf_events_from_files(files, real_.host().root)),
        host{clock, real_.host().random, real_.host().root, files, real_.host().processes, real_.host().cgroups,
             *perf} {
    folder.copy_from(std::string(FFWATT_SOURCE_DIR) + "/tests/fixtures/hosts/" + std::string(fixture));
  }

  struct Powercap {
    std::string zone, name;
    std::string energy = "1000000", range = "262143328850", limit = "200000000";
  };
  void add(const Powercap& zone) const {
    const auto path = "sys/class/powercap/" + zone.zone + "/";
    folder.write(path + "name", zone.name + "\n");
    folder.write(path + "energy_uj", zone.energy + "\n");
    if (!zone.range.empty()) folder.write(path + "max_energy_range_uj", zone.range + "\n");
    if (!zone.limit.empty()) folder.write(path + "constraint_0_max_power_uw", zone.limit + "\n");
  }
  void set_energy(std::string_view zone, std::string_view energy) const {
    folder.write(base::format("sys/class/powercap/{}/energy_uj", zone), energy);
  }

  // The perf PMU "power": a CPU of its mask, the socket that it sits in, and its die.
  struct PmuCpu {
    int cpu = 0, socket = 0, die = 0;
  };
  static constexpr double kPerfUnit = 2.3283064365386962890625e-10;  // joules a count, 2^-32
  void add_power_pmu(const std::vector<PmuCpu>& cpus, const std::vector<std::string>& events) const {
    const std::string pmu = "sys/bus/event_source/devices/power/";
    folder.write(pmu + "type", "21\n");
    std::string mask;
    for (const auto& cpu : cpus) {
      mask += base::format("{}{}", mask.empty() ? "" : ",", cpu.cpu);
      const auto topology = base::format("sys/devices/system/cpu/cpu{}/topology/", cpu.cpu);
      folder.write(topology + "physical_package_id", base::format("{}\n", cpu.socket));
      folder.write(topology + "die_id", base::format("{}\n", cpu.die));
    }
    folder.write(pmu + "cpumask", mask + "\n");
    for (const auto& event : events) {
      folder.write(pmu + "events/" + event, base::format("event=0x{:02x}\n", &event - events.data() + 1));
      folder.write(pmu + "events/" + event + ".unit", "Joules\n");
      folder.write(pmu + "events/" + event + ".scale", "2.3283064365386962890625e-10\n");
      for (const auto& cpu : cpus) set_count(cpu.cpu, event, "1\n");
    }
  }
  void set_count(int cpu, std::string_view event, std::string_view count) const {
    folder.write(base::format("perf/{}/{}", cpu, event), count);
  }

  // A sensor of a chip in /sys/class/hwmon; `file` is such as "energy1_input".
  void add_sensor(const std::string& folder_name, std::string_view chip, const std::string& file,
                  std::string_view value, std::string_view label = {}) const {
    const auto path = "sys/class/hwmon/" + folder_name + "/";
    folder.write(path + "name", chip);
    folder.write(path + file, value);
    if (!label.empty()) folder.write(path + file.substr(0, file.find('_')) + "_label", label);
  }

  // In ticks of 10 ms since boot, of the whole machine; the file then says nothing about single CPUs. Written over in
  // place, at a fixed width: file systems flush a file that is cut to nothing and written again, and tests do this
  // thousands of times.
  void set_load(long busy, long idle, long steal = 0) const {
    const auto line = base::format("cpu  {:20} 0 0 {:20} 0 0 0 {:20} 0 0\n", busy, idle, steal);
    std::error_code absent;
    if (std::filesystem::file_size(folder / "proc/stat", absent) != line.size()) {
      folder.write("proc/stat", line);
      // The root group of version 1 would tell another load, and finer.
      std::filesystem::remove(folder / "sys/fs/cgroup/cpuacct/cpuacct.usage", absent);
    }
    std::fstream(folder / "proc/stat", std::ios::in | std::ios::out | std::ios::binary) << line;
  }

  os_testing::TemporaryFolder folder;
  SleepMovesTime clock;

 private:
  os::RealHost real_;

 public:
  TroubledFiles files;  // what host.files is: single paths can be made to fail
  std::unique_ptr<os::PerfEvents> perf;
  os::Host host;
};

}  // namespace power_sources
