// Two GPUs; the second is the one that falls ill.
#pragma once

#include "os_testing/manual_clock.h"
#include "power_sources/fake_driver_for_tests.h"
#include "power_sources/stage_for_tests.h"

namespace power_sources {

class NvmlStage final : public Stage {
 public:
  explicit NvmlStage(HostTree& machine) : Stage(machine) {}
  os::Host& host() override { return host_; }
  Settings settings() const override {
    Settings settings;
    settings.nvml_library = FFWATT_FAKE_NVML;
    return settings;
  }
  void furnish() override { show(); }
  // A lost GPU is looked for every ten seconds.
  units::Seconds step() const override { return units::Seconds(12); }

  void run(units::Seconds time) override {
    const auto end = clock_.boot() + time;
    while (clock_.boot() < end) {
      for (auto& energy : energy_) energy += 70'000;
      show();
      const auto due = clock_.advance_to_next_sleeper();
      clock_.await_sleep_until(due + units::Seconds(0.5));
    }
  }
  Possible fall_ill(Trouble trouble) override {
    switch (trouble) {
      case Trouble::wrap:
        return Possible::no;  // 64 bits of millijoules
      case Trouble::reset:
        energy_[1] = 0;
        show();
        break;
      case Trouble::vanished:
        driver_.set(1, "code", FakeDriver::kGpuIsLost);
        break;
      case Trouble::denied:
        driver_.set(1, "code", FakeDriver::kNoPermission);
        break;
      case Trouble::garbage:
        driver_.set(1, "code", 999);  // "unknown error": its numbers are never text
        break;
    }
    return Possible::yes;
  }
  bool suffers(const power::Zone& zone) const override { return zone.name == "gpu-1"; }
  void recover() override { driver_.set(1, "code", 0); }

 private:
  void show() {
    for (unsigned i = 0; i < 2; ++i) driver_.set(i, "energy", energy_[i]);
  }
  long long energy_[2] = {5'000'000, 1'000'000};
  FakeDriver driver_{2};
  os_testing::ManualClock clock_;
  os::Host host_{clock_, tree.host.random, tree.host.root, tree.host.files, tree.host.processes, tree.host.cgroups};
};

}  // namespace power_sources
