// A wall meter with an energy counter, and a management controller with a power reading, behind a real server.
#pragma once

#include "power_sources/stage_for_tests.h"
#include "power_sources/web_stage_for_tests.h"

namespace power_sources {

// What both share: a device that is asked on a thread of the source's own, once a period of a clock that stands still.
class WebDeviceStage : public Stage {
 public:
  explicit WebDeviceStage(HostTree& machine) : Stage(machine) {}
  os::Host& host() override { return host_; }
  // A device that is silent is given up after two periods and a half.
  units::Seconds step() const override { return period() * 3.0; }

  void run(units::Seconds time) override {
    const auto end = clock.boot() + time;
    use(time);
    if (!garbled_) show();
    while (clock.boot() < end) {
      const auto due = clock.advance_to_next_sleeper();
      clock.await_sleep_until(due + period() * 0.5);
    }
  }
  Possible fall_ill(Trouble trouble) override {
    switch (trouble) {
      case Trouble::wrap:
      case Trouble::reset:
        return Possible::no;
      case Trouble::vanished:
        device.fail(503);
        break;
      case Trouble::denied:
        device.ask_for("Basic somebody else");
        break;
      case Trouble::garbage:
        garbled_ = true;
        garble();
        break;
    }
    return Possible::yes;
  }
  bool suffers(const power::Zone&) const override { return true; }
  void recover() override {
    device.fail(200);
    device.ask_for("");
    garbled_ = false;
    show();
  }

 protected:
  virtual units::Seconds period() const = 0;
  virtual void use(units::Seconds time) = 0;
  virtual void show() = 0;
  virtual void garble() = 0;

  os_testing::ManualClock clock;
  WebDeviceForTests device;

 private:
  bool garbled_ = false;
  os::Host host_{clock, tree.host.random, tree.host.root, tree.host.files, tree.host.processes, tree.host.cgroups};
};

class MeterStage final : public WebDeviceStage {
 public:
  using WebDeviceStage::WebDeviceStage;
  Settings settings() const override {
    Settings settings;
    settings.meter.kind = "json";
    settings.meter.access.url = device.url();
    settings.meter.access.interval = period();
    settings.meter.energy = "/joules", settings.meter.energy_unit = "J";
    return settings;
  }
  void furnish() override { show(); }
  Possible fall_ill(Trouble trouble) override {
    if (trouble != Trouble::reset) return WebDeviceStage::fall_ill(trouble);
    joules_ = 0;
    show();
    return Possible::yes;
  }

 private:
  units::Seconds period() const override { return units::Seconds(1); }
  void use(units::Seconds time) override { joules_ += static_cast<int>(300 * time.value()); }
  void show() override { device.page("/", base::format(R"({{"joules":{}}})", joules_)); }
  void garble() override { device.page("/", R"({"joules":"N/A"})"); }
  int joules_ = 1'000'000;
};

class RedfishStage final : public WebDeviceStage {
 public:
  using WebDeviceStage::WebDeviceStage;
  Settings settings() const override {
    Settings settings;
    settings.redfish.access.url = device.url();
    settings.redfish.access.interval = period();
    return settings;
  }
  void furnish() override {
    device.page("/redfish/v1/Chassis", R"({"Members":[{"@odata.id":"/redfish/v1/Chassis/1"}]})");
    device.page("/redfish/v1/Chassis/1", base::format(R"({{"Power":{{"@odata.id":"{}"}}}})", kPower));
    show();
  }

 private:
  static constexpr auto kPower = "/redfish/v1/Chassis/1/Power";
  units::Seconds period() const override { return units::Seconds(60); }
  void use(units::Seconds) override {}
  void show() override { device.page(kPower, R"({"PowerControl":[{"PowerConsumedWatts":250}]})"); }
  void garble() override { device.page(kPower, "<html>"); }
};

}  // namespace power_sources
