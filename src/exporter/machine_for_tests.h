// Machine: a copy of one of tests/fixtures/hosts with powercap zones that a test writes, and a clock that it moves. For
// the tests of this folder only.
#pragma once

#include <string>
#include <string_view>

#include "base/format.h"
#include "os/host.h"
#include "os_testing/manual_clock.h"
#include "os_testing/temporary_folder.h"

namespace exporter {

class Machine {
 public:
  explicit Machine(std::string_view fixture)
      : real_(os::Root(folder.path())), host{clock,
                                             real_.host().random,
                                             real_.host().root,
                                             real_.host().files,
                                             real_.host().processes,
                                             real_.host().cgroups} {
    folder.copy_from(std::string(FFWATT_SOURCE_DIR) + "/tests/fixtures/hosts/" + std::string(fixture));
  }

  // A zone of 200 W at most whose counter goes round at 262 kJ.
  void add_zone(std::string_view zone, std::string_view name, std::string_view microjoules) const {
    const auto path = base::format("sys/class/powercap/{}/", zone);
    folder.write(path + "name", name);
    folder.write(path + "max_energy_range_uj", "262143328850");
    folder.write(path + "constraint_0_max_power_uw", "200000000");
    set_counter(zone, microjoules);
  }
  void set_counter(std::string_view zone, std::string_view microjoules) const {
    folder.write(base::format("sys/class/powercap/{}/energy_uj", zone), microjoules);
  }
  // The sampler's next pass is over when it sleeps again, for longer.
  void pass_a_second() {
    const auto due = clock.advance_to_next_sleeper();
    clock.await_sleep_until(due + units::Seconds(0.5));
  }

  os_testing::TemporaryFolder folder;
  os_testing::ManualClock clock;

 private:
  os::RealHost real_;

 public:
  os::Host host;
};

}  // namespace exporter
