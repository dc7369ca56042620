#include "jobs/report.h"

#include <gtest/gtest.h>

namespace jobs {
namespace {

using units::Joules;
using units::Measured;
using units::Scope;

EnergyLine known(Part part, Scope scope, double joules) {
  return {part, Measured<Joules>::of(Joules(joules), Joules(joules - 1), Joules(joules + 1), units::Quality::measured,
                                     "perf", scope)};
}
EnergyLine unknown(Part part, Scope scope, std::string reason) {
  return {part, Measured<Joules>::unmeasurable(scope, std::move(reason))};
}

TEST(Headline, IsTheKnownTotalOfTheWidestScope) {
  const std::vector<EnergyLine> lines{known(Part::total, Scope::dram, 5), known(Part::total, Scope::package, 50),
                                      known(Part::above_idle, Scope::machine, 70),
                                      unknown(Part::total, Scope::psys, "no psys zone")};
  EXPECT_EQ(headline(lines), &lines[1]);
}

TEST(Headline, PrefersTheMachineToThePlatformToThePackage) {
  const std::vector<EnergyLine> lines{known(Part::total, Scope::package, 50), known(Part::total, Scope::machine, 90),
                                      known(Part::total, Scope::psys, 60)};
  EXPECT_EQ(headline(lines), &lines[1]);
}

TEST(Headline, IsTheFirstReasonWhereNothingIsKnown) {
  const std::vector<EnergyLine> lines{unknown(Part::above_idle, Scope::package, "no baseline"),
                                      unknown(Part::total, Scope::package, "too short"),
                                      unknown(Part::total, Scope::gpu, "no driver")};
  EXPECT_EQ(headline(lines), &lines[1]);
}

TEST(Headline, IsAbsentWithoutAnyTotal) {
  EXPECT_EQ(headline({}), nullptr);
  EXPECT_EQ(headline({known(Part::idle_share, Scope::package, 3)}), nullptr);
}

TEST(Energy, OfAReportThatSaysNothingIsNoNumber) {
  Report report;
  report.id = "r1";
  report.energy = {known(Part::total, Scope::package, 500), known(Part::above_idle, Scope::package, 0),
                   known(Part::marginal, Scope::package, -2), unknown(Part::total, Scope::gpu, "no driver")};
  EXPECT_TRUE(check_energy(report));
  const auto refused = [&](const EnergyLine& line) {
    auto bad = report;
    bad.energy.push_back(line);
    const auto checked = check_energy(bad);
    return checked ? "" : checked.error().text();
  };
  EXPECT_EQ(
      refused(known(Part::total, Scope::dram, 0)),
      "run r1: its energy (total, dram) of 0 or less is no measurement; what is not known is unmeasurable, with a "
      "reason");
  EXPECT_NE(refused(known(Part::total, Scope::package, -1)), "");
  EXPECT_NE(refused(known(Part::wall, Scope::machine, 0)), "");
  report.power = Measured<units::Watts>::of(units::Watts(0), units::Watts(0), units::Watts(9),
                                            units::Quality::simulated, "simulator", Scope::package);
  EXPECT_FALSE(check_energy(report)) << "whatever the quality";
  report.peak_power = std::exchange(report.power, std::nullopt);
  EXPECT_FALSE(check_energy(report));
}

TEST(EnergyPerFrame, DividesTheHeadlineWithItsInterval) {
  Report report;
  report.energy = {known(Part::total, Scope::package, 500)};
  report.progress = media::Progress{};
  report.progress->frames = 250;
  const auto per_frame = energy_per_frame(report);
  ASSERT_TRUE(per_frame);
  EXPECT_DOUBLE_EQ(per_frame->value().value(), 2.0);
  EXPECT_DOUBLE_EQ(per_frame->low().value(), 499.0 / 250);
  EXPECT_EQ(per_frame->source(), "perf");
}

TEST(EnergyPerFrame, IsAbsentWithoutFramesAndUnmeasurableWithoutEnergy) {
  Report report;
  report.energy = {known(Part::total, Scope::package, 500)};
  EXPECT_EQ(energy_per_frame(report), std::nullopt);
  report.progress = media::Progress{};
  EXPECT_EQ(energy_per_frame(report), std::nullopt) << "no frame is not a frame of no energy";
  report.progress->frames = 10;
  report.energy = {unknown(Part::total, Scope::package, "too short")};
  ASSERT_TRUE(energy_per_frame(report));
  EXPECT_EQ(energy_per_frame(report)->reason(), "too short");
}

TEST(Names, OfEndsFailuresAndPartsAreReadBack) {
  for (const auto end : {End::completed, End::failed, End::canceled, End::interrupted, End::timeout})
    EXPECT_EQ(*parse_end(name(end)), end);
  for (const auto part : {Part::total, Part::above_idle, Part::idle_share}) EXPECT_EQ(*parse_part(name(part)), part);
  for (const auto failure :
       {FailureClass::none, FailureClass::input, FailureClass::parameters, FailureClass::node, FailureClass::transient,
        FailureClass::interruption, FailureClass::timeout, FailureClass::canceled, FailureClass::internal})
    EXPECT_EQ(*parse_failure_class(name(failure)), failure);
  EXPECT_FALSE(parse_end("done"));
}

TEST(PowerTrace, ThatIsTooLongIsLeftOutAndTheReportSaysSo) {
  Report report;
  report.power_trace.assign(most_power_trace, 'x');
  limit_power_trace(report);
  EXPECT_EQ(report.power_trace.size(), most_power_trace);
  EXPECT_TRUE(report.caveats.empty());
  report.power_trace += 'x';
  limit_power_trace(report);
  EXPECT_TRUE(report.power_trace.empty());
  ASSERT_EQ(report.caveats.size(), 1u);
  EXPECT_EQ(report.caveats[0], "the power trace of 5.2 MB was left out: more than 5.2 MB are not kept");
}

}  // namespace
}  // namespace jobs
