#include <gmock/gmock.h>

#include "cli/doctor/checks.h"

namespace cli::doctor {
namespace {

using attribution::Calibration;
using testing::HasSubstr;
using units::Watts;
using State = wire::Check::State;

const auto kNow = units::WallTime::from_seconds(1'769'850'000);

class Zones : public power::Source {
 public:
  explicit Zones(std::vector<power::Zone> zones) : zones_(std::move(zones)) {}
  std::string_view name() const override { return "powercap"; }
  std::span<const power::Zone> zones() const override { return zones_; }
  void read(const os::Clock&, power::Readings&) override {}

 private:
  std::vector<power::Zone> zones_;
};

power::Zone zone(std::string name, units::Scope scope = units::Scope::package) {
  power::Zone zone;
  zone.path = "/zone/" + name, zone.name = name, zone.scope = scope;
  return zone;
}
power_sources::Opened opened(std::vector<power::Zone> zones) {
  power_sources::Opened out;
  out.sources.push_back(std::make_unique<Zones>(std::move(zones)));
  return out;
}
Calibration learned(double hours_ago) {
  const attribution::Baseline baseline{.median = Watts(40),
                                       .low = Watts(39),
                                       .high = Watts(41.5),
                                       .temperature = units::Celsius(45),
                                       .at = kNow + units::Seconds(-3600 * hours_ago),
                                       .window = units::Seconds(60)};
  return {{{"/zone/package-0", "powercap", baseline, {}}}, {}};
}

TEST(DoctorCalibration, TellsTheIdlePowerItsSpreadItsAgeAndItsTemperature) {
  const auto rows = check_calibration(opened({zone("package-0")}), learned(2), kNow);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].state, State::ok);
  EXPECT_EQ(rows[0].text, "40.0 W, 95 % 39.0 W to 41.5 W, learned 2 h 0 min ago over 60.0 s at 45 °C");
}

TEST(DoctorCalibration, OneOfAnotherDayIsWorthAWarning) {
  const auto rows = check_calibration(opened({zone("package-0")}), learned(60), kNow);
  EXPECT_EQ(rows[0].state, State::warning);
  EXPECT_THAT(rows[0].text, HasSubstr("2.5 days ago"));
  EXPECT_EQ(rows[0].fix, "ffwatt calibrate idle");
}

TEST(DoctorCalibration, AZoneWithoutOneIsNamedButForPartsAndEstimates) {
  auto part = zone("core"), estimate = zone("machine", units::Scope::machine);
  part.parent = "/zone/package-1";
  estimate.idle = units::Measured<Watts>::of(Watts(1), Watts(1), Watts(1), units::Quality::estimated, "model",
                                             units::Scope::machine);
  const auto rows = check_calibration(opened({zone("package-1"), part, estimate}), learned(1), kNow);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].state, State::warning);
  EXPECT_THAT(rows[0].text, HasSubstr("not known"));
}

TEST(DoctorCalibration, TheFactorToTheWallIsTheLearnedOneOrTheDefault) {
  auto known = learned(1);
  EXPECT_THAT(check_calibration(opened({zone("package-0")}), known, kNow).back().text, HasSubstr("1.17 ± 0.1"));
  known.wall = attribution::WallFactor{units::Scope::package, 1.31, 1.25, 1.38, kNow + units::Seconds(-86400 * 3)};
  const auto row = check_calibration(opened({zone("package-0")}), known, kNow).back();
  EXPECT_EQ(row.text,
            "1.31 joules for each of the CPU, 95 % 1.25 to 1.38, what the wall takes besides is not known, learned 3.0 "
            "days ago");
  EXPECT_EQ(row.state, State::warning) << "a file of a version that kept the factor alone";
  known.wall->middle = attribution::WallFactor::Middle{Watts(100), Watts(171), Watts(170), Watts(172)};
  const auto whole = check_calibration(opened({zone("package-0")}), known, kNow).back();
  EXPECT_EQ(whole.text, "1.31 joules for each of the CPU, 95 % 1.25 to 1.38, and 40.0 W besides, learned 3.0 days ago");
  EXPECT_EQ(whole.state, State::ok);
}

}  // namespace
}  // namespace cli::doctor
