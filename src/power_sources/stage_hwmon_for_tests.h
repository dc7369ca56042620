// A board with a power meter, the energy counters of two sockets and a graphics card; the counter of socket 1 falls
// ill.
#pragma once

#include "power_sources/stage_for_tests.h"

namespace power_sources {

class HwmonStage final : public Stage {
 public:
  using Stage::Stage;

  void furnish() override {
    tree.add_sensor("hwmon0", "power_meter", "power1_average", "250000000");
    tree.add_sensor("hwmon1", "amd_energy", "energy1_input", "1000000", "Esocket0");
    tree.add_sensor("hwmon1", "amd_energy", "energy2_input", "1000000", "Esocket1");
    tree.add_sensor("hwmon2", "i915", "energy1_input", "1000000");
  }

  void run(units::Seconds time) override {
    tree.clock.now = tree.clock.now + time;
    const auto steps = static_cast<std::uint64_t>(time.value() * kMicrowatts);
    healthy_ += steps, ill_ += steps;
    show();
  }

  Possible fall_ill(Trouble trouble) override {
    switch (trouble) {
      case Trouble::wrap:
        return Possible::no;  // 64 bits of microjoules outlast the machine
      case Trouble::reset:
        ill_ = 0;
        break;
      case Trouble::vanished:
        tree.files.fail(victim_file(), base::Error::absent("No such device"));
        break;
      case Trouble::denied:
        tree.files.fail(victim_file(), base::Error::denied("Permission denied"));
        break;
      case Trouble::garbage:
        garbled_ = true;
        break;
    }
    show();
    return Possible::yes;
  }

  bool suffers(const power::Zone& zone) const override { return zone.socket == 1; }

  void recover() override {
    garbled_ = false;
    tree.files.mend(victim_file());
    show();
  }

 private:
  static constexpr double kMicrowatts = 50e6;

  os::Path victim_file() const { return tree.host.root.path("/sys/class/hwmon/hwmon1/energy2_input"); }
  void show() const {
    const auto healthy = base::format("{}\n", healthy_);
    tree.folder.write("sys/class/hwmon/hwmon1/energy1_input", healthy);
    tree.folder.write("sys/class/hwmon/hwmon1/energy2_input", garbled_ ? "N/A\n" : base::format("{}\n", ill_));
    tree.folder.write("sys/class/hwmon/hwmon2/energy1_input", healthy);
  }

  std::uint64_t healthy_ = 1'000'000, ill_ = 1'000'000;
  bool garbled_ = false;
};

}  // namespace power_sources
