// The load of the machine, from which the model makes its one zone.
#pragma once

#include "power_sources/stage_for_tests.h"

namespace power_sources {

class ModelStage : public Stage {
 public:
  using Stage::Stage;

  void furnish() override { show(); }

  void run(units::Seconds time) override {
    tree.clock.now = tree.clock.now + time;
    const auto ticks = static_cast<long>(time.value() * 100);
    busy_ += ticks, idle_ += 7 * ticks;
    if (!garbled_) show();
  }

  Possible fall_ill(Trouble trouble) override {
    switch (trouble) {
      case Trouble::wrap:
        return Possible::no;  // it integrates in memory
      case Trouble::reset:
        busy_ = idle_ = 0;
        show();
        break;
      case Trouble::vanished:
        tree.files.fail(file(), base::Error::absent("No such file or directory"));
        break;
      case Trouble::denied:
        tree.files.fail(file(), base::Error::denied("Permission denied"));
        break;
      case Trouble::garbage:
        garbled_ = true;
        tree.folder.write("proc/stat", "N/A\n");
        break;
    }
    return Possible::yes;
  }

  bool suffers(const power::Zone&) const override { return true; }

  void recover() override {
    garbled_ = false;
    tree.files.mend(file());
    show();
  }

 private:
  os::Path file() const { return tree.host.root.path("/proc/stat"); }
  void show() const { tree.folder.write("proc/stat", base::format("cpu  {} 0 0 {} 0 0 0 0 0 0\n", busy_, idle_)); }

  long busy_ = 1000, idle_ = 7000;
  bool garbled_ = false;
};

}  // namespace power_sources
