#include "jobs/cost.h"

#include <gmock/gmock.h>

namespace jobs {
namespace {

using units::Joules;
using units::Quality;
using units::Scope;

units::Measured<Joules> joules(double value, double low, double high, Scope scope = Scope::package) {
  return units::Measured<Joules>::of(Joules(value), Joules(low), Joules(high), Quality::measured, "perf", scope);
}

Report a_kilowatt_hour() {
  Report report;
  report.energy = {{Part::total, joules(3.6e6, 3.24e6, 3.96e6)}, {Part::idle_share, joules(1e6, 1e6, 1e6)}};
  report.rates = Rates{.region = "DE",
                       .currency = "EUR",
                       .price = Rates::Rate{0.31, "the contract"},
                       .carbon = Rates::Rate{342, "a year's average", Rates::Rate::Kind::average}};
  return report;
}

TEST(Cost, IsTheEnergyByThePriceWithTheIntervalOfTheEnergy) {
  const auto money = cost(a_kilowatt_hour());
  ASSERT_TRUE(money && money->known());
  EXPECT_NEAR(money->value().value(), 0.31, 1e-12);
  EXPECT_NEAR(money->low().value(), 0.279, 1e-12);
  EXPECT_NEAR(money->high().value(), 0.341, 1e-12);
  EXPECT_EQ(money->quality(), Quality::measured);
}

TEST(Cost, OfTheSiteIsMoreThanOfTheMachine) {
  auto report = a_kilowatt_hour();
  report.rates->pue = 1.5;
  EXPECT_NEAR(cost(report)->value().value(), 0.465, 1e-12);
  EXPECT_NEAR(emissions(report)->value().value(), 513, 1e-9);
}

TEST(Emissions, ByAnAverageAreAnEstimateHoweverGoodTheEnergyIs) {
  auto report = a_kilowatt_hour();
  EXPECT_EQ(emissions(report)->quality(), Quality::estimated);
  report.rates->carbon->kind = Rates::Rate::Kind::configured;
  EXPECT_EQ(emissions(report)->quality(), Quality::measured);
}

TEST(Cost, IsOfThePlugWhereThatIsKnown) {
  auto report = a_kilowatt_hour();
  report.energy.push_back({Part::wall, joules(7.2e6, 7e6, 8e6, Scope::machine)});
  EXPECT_NEAR(cost(report)->value().value(), 0.62, 1e-12);
  report.energy.back().energy = units::Measured<Joules>::unmeasurable(Scope::machine, "no factor");
  EXPECT_NEAR(cost(report)->value().value(), 0.31, 1e-12);
}

TEST(Cost, OfWhatIsUnknownIsUnknownAndNeverZero) {
  auto report = a_kilowatt_hour();
  report.energy = {{Part::total, units::Measured<Joules>::unmeasurable(Scope::package, "the sensor went away")}};
  ASSERT_TRUE(cost(report));
  EXPECT_FALSE(cost(report)->known());
  EXPECT_EQ(emissions(report)->reason(), "the sensor went away");
  report.energy.clear();
  EXPECT_FALSE(cost(report));
  report = a_kilowatt_hour();
  report.rates->price.reset();
  EXPECT_FALSE(cost(report));
  EXPECT_TRUE(emissions(report));
  report.rates.reset();
  EXPECT_FALSE(emissions(report));
}

TEST(RateKinds, AreReadAsTheyAreNamed) {
  for (const auto kind : {Rates::Rate::Kind::configured, Rates::Rate::Kind::average})
    EXPECT_EQ(*parse_rate_kind(name(kind)), kind);
  EXPECT_THAT(parse_rate_kind("guess").error().text(), testing::HasSubstr("configured"));
}

}  // namespace
}  // namespace jobs
