#include <gmock/gmock.h>

#include "cli/doctor/checks.h"

namespace cli::doctor {
namespace {

using power_sources::Rung;
using State = wire::Check::State;

class OneZone : public power::Source {
 public:
  explicit OneZone(units::Quality quality) { zone_.quality = quality; }
  std::string_view name() const override { return "one"; }
  std::span<const power::Zone> zones() const override { return {&zone_, 1}; }
  void read(const os::Clock&, power::Readings&) override {}

 private:
  power::Zone zone_;
};

power_sources::Opened opened(std::optional<units::Quality> quality, std::vector<Rung> ladder) {
  power_sources::Opened out;
  if (quality) out.sources.push_back(std::make_unique<OneZone>(*quality));
  out.ladder = std::move(ladder);
  return out;
}

const Rung denied{"powercap", "counters", Rung::InUse::no, "only root may read", "sudo chmod a+r FILE"};
const Rung missing{"powercap", "counters", Rung::InUse::no, "this machine shows none", ""};
const Rung model{"model", "an estimate", Rung::InUse::yes, "the whole machine", ""};

TEST(DoctorEnergy, AnEstimateThatCouldBeAMeasurementIsToBeFixed) {
  const auto rows = check_energy(opened(units::Quality::estimated, {denied, model}));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].state, State::warning);
  EXPECT_EQ(rows[1].state, State::to_fix);
  EXPECT_EQ(rows[1].fix, denied.fix);
  EXPECT_EQ(rows[2].state, State::ok);
}

TEST(DoctorEnergy, AMachineWithoutSensorsHasNothingToFix) {
  for (const auto& row : check_energy(opened(units::Quality::estimated, {missing, model})))
    EXPECT_NE(row.state, State::to_fix) << row.name;
}

TEST(DoctorEnergy, WhereEnergyIsMeasuredTheOtherSourcesAreNoFault) {
  Rung used = denied;
  used.in_use = Rung::InUse::yes;
  Rung other = denied;
  for (const auto& row : check_energy(opened(units::Quality::measured, {used, other})))
    EXPECT_TRUE(row.state == State::ok || row.state == State::not_here) << row.name;
}

TEST(DoctorEnergy, NoSourceAtAllIsToBeFixed) {
  EXPECT_EQ(check_energy(opened(std::nullopt, {missing})).front().state, State::to_fix);
}

}  // namespace
}  // namespace cli::doctor
