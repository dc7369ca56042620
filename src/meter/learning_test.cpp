#include "meter/learning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meter {
namespace {

using namespace units::literals;
using testing::HasSubstr;
using testing::IsEmpty;

class LearningTest : public testing::Test {
 protected:
  LearningTest() {
    power::Zone zone;
    zone.path = "/zone", zone.name = "package-0";
    zones_ = {zone};
  }
  // A minute in which the CPUs rest, 30 W; a device, where the zone is one, is in use for `use` of the time.
  void rest(Learning& learning, double use = 0) {
    os::CpuTopology topology;
    topology.socket_of_cpu = {0, 0};
    Division division(zones_, topology, power::MachineLoad::Precision::exact);
    const MachineStep step{.elapsed = 1_s, .busy = 0_s, .capacity = 2_s};
    const power::DeviceUse by_somebody{.zone = 0, .process = 9, .use = units::Seconds(use)};
    division.divide(step, {}, {&by_somebody, use > 0 ? 1u : 0u}, IdlePolicy::reserved, {});
    const ZoneStep zone{.energy = 30_J, .low = 30_J, .high = 30_J, .duration = 1_s};
    for (int i = 0; i < 61; ++i) learning.add({&zone, 1}, step, division, now_);
  }
  static attribution::Calibration of(units::WallTime at) {
    const attribution::Baseline baseline{
        .median = 30_W, .low = 29_W, .high = 31_W, .temperature = {}, .at = at, .window = 60_s};
    return {{{"/zone", "powercap", baseline, {}}}, {}};
  }

  std::vector<power::Zone> zones_;
  units::WallTime now_ = units::WallTime::from_seconds(1'769'850'000);
};

TEST_F(LearningTest, ABaselineOfAQuietMinuteKeepsTheTemperatureOfTheMoment) {
  int asked = 0;
  Learning learning(zones_, {"powercap"}, {}, [&] { return ++asked, std::optional(units::Celsius(38)); });
  rest(learning);
  const auto known = learning.calibration();
  ASSERT_EQ(known.zones.size(), 1u);
  ASSERT_TRUE(known.zones[0].baseline);
  EXPECT_EQ(known.zones[0].baseline->temperature, units::Celsius(38));
  EXPECT_EQ(known.zones[0].baseline->at, now_);
  EXPECT_NEAR(known.zones[0].baseline->median.value(), 30, 1e-9);
  EXPECT_EQ(asked, 1) << "a sensor is no reading of every step";
}

TEST_F(LearningTest, WithoutASensorThereIsNoTemperature) {
  Learning learning(zones_, {"powercap"}, {});
  rest(learning);
  EXPECT_FALSE(learning.calibration().zones.at(0).baseline->temperature);
}

TEST_F(LearningTest, ADeviceAtWorkBesideIdleCpusTeachesNoIdlePower) {
  zones_[0].scope = units::Scope::gpu, zones_[0].split = power::Zone::Split::device_use;
  Learning learning(zones_, {"nvml"}, {});
  rest(learning, 0.5);
  EXPECT_FALSE(learning.idle()[0]);
  rest(learning);
  EXPECT_TRUE(learning.idle()[0]) << "a minute at rest of its own";
}

TEST_F(LearningTest, ADeviceOfWhichNobodyTellsTheUseTeachesNone) {
  zones_[0].scope = units::Scope::gpu, zones_[0].split = power::Zone::Split::none;
  Learning learning(zones_, {"hwmon"}, {});
  rest(learning);
  EXPECT_FALSE(learning.idle()[0]);
}

TEST_F(LearningTest, IdlePowerOfAnotherDayIsSaidToBeOld) {
  Learning learning(zones_, {"powercap"}, of(now_));
  EXPECT_THAT(learning.stale(now_ + 80'000_s), IsEmpty());
  EXPECT_THAT(learning.stale(now_ + 216'000_s), HasSubstr("learned 2.5 days ago"));
  EXPECT_THAT(learning.stale(now_ + -5_s), IsEmpty()) << "a clock that was set back";
  zones_[0].idle =
      units::Measured<units::Watts>::of(1_W, 1_W, 1_W, units::Quality::estimated, "model", units::Scope::package);
  EXPECT_THAT(Learning(zones_, {"powercap"}, of(now_)).stale(now_ + 216'000_s), IsEmpty())
      << "the source tells its own";
}

}  // namespace
}  // namespace meter
