// Two packages with cores and memory, and psys, as the perf PMU "power" shows them; the group of package 1 falls ill,
// for a group is read whole or not at all.
#pragma once

#include "power_sources/stage_for_tests.h"

namespace power_sources {

class PerfStage final : public Stage {
 public:
  using Stage::Stage;

  void furnish() override {
    tree.add_power_pmu({{0, 0}, {kVictimCpu, 1}}, {"energy-pkg", "energy-cores", "energy-ram", "energy-psys"});
    show();
  }

  void run(units::Seconds time) override {
    tree.clock.now = tree.clock.now + time;
    const auto counts = static_cast<std::uint64_t>(time.value() * kWatts / HostTree::kPerfUnit);
    healthy_ += counts, ill_ += counts;
    show();
  }

  Possible fall_ill(Trouble trouble) override {
    const auto folder = tree.host.root.path(base::format("/perf/{}", kVictimCpu));
    switch (trouble) {
      case Trouble::wrap:
        return Possible::no;  // the kernel widens it to 64 bits
      case Trouble::reset:
        ill_ = 0;
        break;
      case Trouble::vanished:
        tree.files.fail(folder, base::Error::absent("No such device"));
        break;
      case Trouble::denied:
        tree.files.fail(folder, base::Error::denied("Operation not permitted"));
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
    tree.files.mend(tree.host.root.path(base::format("/perf/{}", kVictimCpu)));
    show();
  }

 private:
  static constexpr int kVictimCpu = 4;
  static constexpr double kWatts = 50;

  void show() const {
    for (const auto* event : {"energy-pkg", "energy-cores", "energy-ram"}) {
      tree.set_count(0, event, base::format("{}\n", healthy_));
      tree.set_count(kVictimCpu, event, garbled_ ? "N/A\n" : base::format("{}\n", ill_));
    }
    tree.set_count(0, "energy-psys", base::format("{}\n", healthy_));
  }

  std::uint64_t healthy_ = 1, ill_ = 1;
  bool garbled_ = false;
};

}  // namespace power_sources
