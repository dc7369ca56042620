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
        host{clock, real_.host().random, real_.host().root, files, real_.host().processes, real_.host().cgroups} {
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
  // In ticks of 10 ms since boot, of the whole machine. Written over in place, at a fixed width: file systems flush a
  // file that is cut to nothing and written again, and tests do this thousands of times.
  void set_load(long busy, long idle, long steal = 0) const {
    std::fstream file(folder / "proc/stat", std::ios::in | std::ios::out | std::ios::binary);
    file << base::format("cpu  {:20} 0 0 {:20} 0 0 0 {:20} 0 0\n", busy, idle, steal);
  }

  os_testing::TemporaryFolder folder;
  SleepMovesTime clock;

 private:
  os::RealHost real_;

 public:
  TroubledFiles files;  // what host.files is: single paths can be made to fail
  os::Host host;
};

}  // namespace power_sources
