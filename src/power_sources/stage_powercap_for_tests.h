// Two packages with a part and memory each, and psys, as powercap shows them; package 1 is the one that falls ill.
#pragma once

#include "power_sources/stage_for_tests.h"

namespace power_sources {

class PowercapStage final : public Stage {
 public:
  using Stage::Stage;

  void furnish() override {
    for (int i = 0; i < 2; ++i) {
      tree.add({base::format("intel-rapl:{}", i), base::format("package-{}", i)});
      tree.add({base::format("intel-rapl:{}:0", i), "core"});
      tree.add({base::format("intel-rapl:{}:1", i), "dram"});
    }
    tree.add({"intel-rapl:2", "psys"});
  }

  void run(units::Seconds time) override {
    tree.clock.now = tree.clock.now + time;
    const auto steps = static_cast<std::uint64_t>(time.value() * kMicrowatts);
    healthy_ += steps;
    ill_ = (ill_ + steps) % kRange;
    for (const auto* zone :
         {"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:0:1", "intel-rapl:1:0", "intel-rapl:1:1", "intel-rapl:2"})
      tree.set_energy(zone, base::format("{}\n", healthy_));
    if (!garbled_) tree.set_energy(kVictim, base::format("{}\n", ill_));
  }

  Possible fall_ill(Trouble trouble) override {
    const auto file = victim_file();
    switch (trouble) {
      case Trouble::wrap:
        ill_ = kRange - static_cast<std::uint64_t>(kMicrowatts * 1.5);
        tree.set_energy(kVictim, base::format("{}\n", ill_));
        break;
      case Trouble::reset:
        ill_ = 0;
        tree.set_energy(kVictim, "0\n");
        break;
      case Trouble::vanished:
        tree.files.fail(file, base::Error::absent("No such device"));
        break;
      case Trouble::denied:
        tree.files.fail(file, base::Error::denied("Permission denied"));
        break;
      case Trouble::garbage:
        garbled_ = true;
        tree.set_energy(kVictim, "N/A\n");
        break;
    }
    return Possible::yes;
  }

  bool suffers(const power::Zone& zone) const override { return zone.path == "/sys/class/powercap/intel-rapl:1"; }

  void recover() override {
    garbled_ = false;
    tree.files.mend(victim_file());
    tree.set_energy(kVictim, base::format("{}\n", ill_));
  }

 private:
  static constexpr std::string_view kVictim = "intel-rapl:1";
  static constexpr double kMicrowatts = 50e6;
  static constexpr std::uint64_t kRange = 262'143'328'850;

  os::Path victim_file() const { return tree.host.root.path("/sys/class/powercap/intel-rapl:1/energy_uj"); }

  std::uint64_t healthy_ = 1'000'000, ill_ = 1'000'000;
  bool garbled_ = false;
};

}  // namespace power_sources
