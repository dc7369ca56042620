#include "cli/wall_calibration.h"

#include <gmock/gmock.h>

#include <cmath>

#include "cli/exit_code.h"
#include "cli/stage.h"

namespace cli {
namespace {

using testing::HasSubstr;
using units::Scope;
using units::Seconds;
using units::Watts;

// Whoever sleeps moves the time.
class SleepMovesTime final : public os::Clock {
 public:
  units::WallTime wall() const override { return {}; }
  units::BootTime boot() const override { return now; }
  Woken sleep_until(units::BootTime deadline, std::stop_token stop) const override {
    if (stop.stop_requested()) return Woken::stopped;
    now = std::max(now, deadline);
    return Woken::deadline;
  }
  mutable units::BootTime now = units::BootTime::from_seconds(100);
};

using Power = std::function<Watts(Seconds gone)>;

// A counter of microjoules that runs at the power of its function.
class Counter final : public power::Source {
 public:
  Counter(const os::Clock& clock, std::string name, Scope scope, Power power) : name_(name), power_(std::move(power)) {
    zone_.path = zone_.name = std::move(name);
    zone_.scope = scope;
    begin_ = last_ = clock.boot();
  }
  Counter& of(units::Quality quality) { return zone_.quality = quality, *this; }
  Counter& renewed_every(Seconds tick) { return zone_.tick = tick, *this; }
  std::string_view name() const override { return name_; }
  std::span<const power::Zone> zones() const override { return {&zone_, 1}; }
  void read(const os::Clock& clock, power::Readings& out) override {
    const auto now = clock.boot();
    microjoules_ += (power_(last_ - begin_) * (now - last_)).value() * 1e6;
    last_ = now;
    power::Reading reading;
    reading.raw = static_cast<std::uint64_t>(microjoules_);
    reading.at = now;
    out.good.push_back(reading);
  }

 private:
  std::string name_;
  Power power_;
  power::Zone zone_;
  units::BootTime begin_, last_;
  double microjoules_ = 1e6;
};

// An encode for half a minute, then half a minute of rest.
Watts work(Seconds gone) { return Watts(std::fmod(gone.value(), 60) < 30 ? 140 : 40); }
Watts memory(Seconds gone) { return work(gone) * 0.1; }
// A supply of 85 % behind fans and disks of 55 W, with a ripple of a watt.
Watts wall(Seconds gone) { return Watts(55 + std::sin(gone.value())) + (work(gone) + memory(gone)) * (1 / 0.85); }

class WallCalibration : public Stage {
 protected:
  WallCalibration()
      : machine_{clock_,
                 host_.host().random,
                 host_.host().root,
                 host_.host().files,
                 host_.host().processes,
                 host_.host().cgroups} {}
  Counter& add(std::string name, Scope scope, Power power) {
    auto counter = std::make_unique<Counter>(clock_, std::move(name), scope, std::move(power));
    auto& reference = *counter;
    sources_.push_back(std::move(counter));
    return reference;
  }
  base::Result<LearnedWall> learn(Seconds length = Seconds(300)) {
    return learn_wall(machine_, std::move(sources_), {.length = length, .on_progress = {}}, stop_.get_token());
  }

  SleepMovesTime clock_;
  os::Host machine_;
  std::vector<std::unique_ptr<power::Source>> sources_;
  std::stop_source stop_;
};

TEST_F(WallCalibration, FindsTheSupplyOfAMachineThatWorksNowAndThen) {
  add("meter", Scope::machine, wall);
  add("perf", Scope::package, work);
  add("perf-dram", Scope::dram, memory);
  const auto learned = learn();
  ASSERT_TRUE(learned) << learned.error().text();
  EXPECT_NEAR(learned->fit.factor, 1 / 0.85, 0.01);
  ASSERT_TRUE(learned->fit.constant());
  EXPECT_NEAR(learned->fit.constant()->value(), 55, 1);
  ASSERT_TRUE(learned->fit.middle);
  EXPECT_NEAR((learned->fit.middle->high - learned->fit.middle->wall).value(), 0.0275 * 55, 0.3)
      << "the room's wander is more than the noise of the fit";
  EXPECT_LE(learned->fit.low, 1 / 0.85);
  EXPECT_GE(learned->fit.high, 1 / 0.85);
  EXPECT_EQ(learned->windows, 30u);
  EXPECT_EQ(learned->inner, "package and memory");
  EXPECT_EQ(learned->wall_source, "meter");
}

TEST_F(WallCalibration, NeedsAMeterOfTheMachineAndCountersOfTheCpu) {
  add("perf", Scope::package, work);
  EXPECT_EQ(learn().error().kind(), base::ErrorKind::absent);
  sources_.clear();
  add("meter", Scope::machine, wall);
  EXPECT_THAT(learn().error().text(), HasSubstr("CPU"));
}

TEST_F(WallCalibration, WhatIsEstimatedOrSimulatedIsNoMeter) {
  for (const auto quality : {units::Quality::estimated, units::Quality::simulated}) {
    sources_.clear();
    add("model", Scope::machine, wall).of(quality);
    add("perf", Scope::package, work);
    EXPECT_EQ(learn().error().kind(), base::ErrorKind::absent);
  }
}

TEST_F(WallCalibration, AMachineThatDoesTheSameAllTheTimeTeachesNothing) {
  add("meter", Scope::machine, [](Seconds) { return Watts(100); });
  add("perf", Scope::package, [](Seconds gone) { return Watts(50 + std::sin(gone.value())); });
  const auto learned = learn();
  ASSERT_FALSE(learned);
  EXPECT_EQ(learned.error().kind(), base::ErrorKind::retry);
  EXPECT_THAT(learned.error().text(), HasSubstr("run some work"));
}

TEST_F(WallCalibration, AMeterThatIsRenewedRarelyNeedsALongerTime) {
  add("redfish", Scope::machine, wall).renewed_every(Seconds(60));
  add("perf", Scope::package, work);
  const auto learned = learn();
  ASSERT_FALSE(learned);
  EXPECT_EQ(learned.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(learned.error().text(), HasSubstr("--seconds 1080"));
}

TEST_F(WallCalibration, WhereItIsStoppedNothingIsLearned) {
  add("meter", Scope::machine, wall);
  add("perf", Scope::package, work);
  stop_.request_stop();
  EXPECT_EQ(learn().error().kind(), base::ErrorKind::failed);
}

std::vector<Watts> watts(std::initializer_list<double> values) {
  std::vector<Watts> out;
  for (const double value : values) out.emplace_back(value);
  return out;
}

TEST(WallFit, AWideIntervalIsRefused) {
  const auto fit = fit_wall(watts({40, 60, 80, 100, 120, 140}), watts({150, 90, 210, 130, 260, 180}));
  ASSERT_FALSE(fit);
  EXPECT_EQ(fit.error().kind(), base::ErrorKind::retry);
  EXPECT_THAT(fit.error().text(), HasSubstr("15 %"));
}

TEST(WallFit, AMeterOfAnotherMachineIsRefused) {
  for (const double slope : {0.0, 0.5, -1.0}) {
    const auto inner = watts({40, 60, 80, 100, 120, 140});
    std::vector<Watts> wall;
    for (const auto power : inner) wall.push_back(Watts(300) + power * slope);
    const auto fit = fit_wall(inner, wall);
    ASSERT_FALSE(fit) << slope;
    EXPECT_THAT(fit.error().text(), HasSubstr("which machine")) << slope;
  }
}

TEST(WallFit, TooFewWindowsAreRefused) { EXPECT_FALSE(fit_wall(watts({40, 80}), watts({90, 140}))); }

using CalibrateWallCommand = Stage;

TEST_F(CalibrateWallCommand, WithoutAMeterItRefusesAtOnceAndKeepsNothing) {
  environment_.emplace_back("FFWATT_STATE_DIR", (folder_ / "state").string());
  EXPECT_EQ(ffwatt({"calibrate", "wall", "--power-source", "model"}), not_measured);
  EXPECT_THAT(err(), HasSubstr("nothing measures what this machine takes at the wall"));
  EXPECT_FALSE(files().exists(folder_ / "state"));
}

TEST_F(CalibrateWallCommand, ATimeThatIsTooShortIsAUsageError) {
  EXPECT_EQ(ffwatt({"calibrate", "wall", "--seconds", "5"}), usage);
}

}  // namespace
}  // namespace cli
