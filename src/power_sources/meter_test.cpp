#include <gmock/gmock.h>

#include "power/ledger.h"
#include "power_sources/web_stage_for_tests.h"

namespace power_sources {
namespace {

using power::Zone;
using ::testing::HasSubstr;
using units::Seconds;

constexpr auto kShelly = "/rpc/Switch.GetStatus?id=0";
constexpr auto kTasmota = "/cm?cmnd=Status 8";

class AMeter : public WebStage {
 protected:
  AMeter() {
    settings.meter.kind = "shelly";
    settings.meter.energy_unit = "kWh";
    settings.meter.access.url = device.url();
    settings.meter.access.interval = Seconds(1);
  }
  void shelly(const std::string& energy, const std::string& power) {
    device.page(kShelly,
                base::format(R"({{"id":0,"output":true,"apower":{},"aenergy":{{"total":{}}}}})", power, energy));
  }
  // The whole answer is the number, at /n.
  void one_number(const std::string& number) { device.page("/", base::format(R"({{"n":{}}})", number)); }
  Attempt open() { return open_meter(host, settings); }
  Settings settings;
};

TEST_F(AMeter, OfKindShellyIsReadByItsPowerSinceItsCounterMayStandForAMinute) {
  shelly("9492.468", "88.5");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_EQ(read(attempt), "88.5 W");
  const auto& zone = attempt.source->zones()[0];
  EXPECT_EQ(zone.scope, units::Scope::machine);
  EXPECT_EQ(zone.kind, Zone::Kind::gauge);
  EXPECT_EQ(zone.tick, Seconds(1));
  EXPECT_THAT(attempt.detail, HasSubstr("its energy counter moves only once in 60.0 s"));
  shelly("9492.568", "91");
  pass();
  EXPECT_EQ(read(attempt), "91 W");
}

TEST_F(AMeter, OfKindShellyIsReadByItsCounterWhereItIsKnownToMove) {
  settings.meter.energy_update = Seconds(1);
  shelly("9492.468", "88.5");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  const auto& zone = attempt.source->zones()[0];
  EXPECT_EQ(zone.kind, Zone::Kind::counter);
  EXPECT_DOUBLE_EQ(zone.joules_per_unit, 3.6);
  EXPECT_EQ(read(attempt), "9492468");
}

TEST_F(AMeter, OfKindTasmotaIsReadByItsPowerWhereAWattHourTakesLong) {
  settings.meter.kind = "tasmota";
  device.page(kTasmota, R"({"StatusSNS":{"Time":"2026-01-31T09:00:00","ENERGY":{"Total":12.345,"Power":90}}})");
  auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_EQ(read(attempt), "90 W");
  EXPECT_THAT(attempt.detail, HasSubstr("once in 40.0 s (3600 J a step)"));

  // At 900 W it takes four seconds.
  device.page(kTasmota, R"({"StatusSNS":{"ENERGY":{"Total":12.345,"Power":900}}})");
  attempt = open();
  EXPECT_EQ(read(attempt), "12345");
  EXPECT_EQ(attempt.source->zones()[0].tick, Seconds(4));
}

TEST_F(AMeter, OfAnyOtherKindIsReadWhereTheConfigurationPoints) {
  settings.meter.kind = "json";
  settings.meter.energy = "/a~1b/1/joules", settings.meter.energy_unit = "J";
  settings.meter.access.url += "/now?key=secret";
  device.page("/now?key=secret", R"({"a/b":[0,{"joules":1234567}]})");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_EQ(read(attempt), "1234567");
  EXPECT_THAT(attempt.detail, Not(HasSubstr("secret")));
  EXPECT_THAT(attempt.source->zones()[0].path, Not(HasSubstr("secret")));
}

TEST_F(AMeter, ACounterThatMovesSeldomSaysHowLongWorkMustBe) {
  settings.meter.kind = "json", settings.meter.energy = "/n";
  one_number("100.5");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source);
  EXPECT_EQ(attempt.source->zones()[0].tick, Seconds(36)) << "a watt-hour at 100 W";
  EXPECT_THAT(attempt.detail, HasSubstr("work shorter than 1 min 48 s cannot be measured"));
}

TEST_F(AMeter, NeverWaitsForTheDeviceAndAsksItOnceAPeriod) {
  shelly("1", "50");
  const auto attempt = open();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(read(attempt), "50 W");
  EXPECT_EQ(device.requests(), 1);
  pass();
  EXPECT_EQ(device.requests(), 2);
  device.hang();
  clock.advance_to_next_sleeper();
  device.await_requests(3);
  EXPECT_EQ(read(attempt), "50 W");
  clock.advance(Seconds(30));
  EXPECT_EQ(read(attempt), "has not answered for 31 s");
}

TEST_F(AMeter, ThatBreaksSaysHowAndComesBackByItself) {
  shelly("1", "50");
  const auto attempt = open();
  EXPECT_EQ(read(attempt), "50 W");
  const auto after = [&](auto change) {
    change();
    pass(), pass(), pass();
    return read(attempt);
  };
  EXPECT_THAT(after([&] { device.fail(500); }), HasSubstr("has not answered for 3 s"));
  EXPECT_THAT(read(attempt), HasSubstr("HTTP 500"));
  EXPECT_EQ(after([&] { device.fail(200); }), "50 W");
  EXPECT_THAT(after([&] { device.page(kShelly, "<html>hello"); }), HasSubstr("is no JSON"));
  EXPECT_THAT(after([&] { device.page(kShelly, "{}"); }), HasSubstr("the answer has no /apower"));
  EXPECT_THAT(after([&] { shelly("1", "null"); }), HasSubstr("/apower is null"));
  EXPECT_THAT(after([&] { shelly("1", "-3"); }), HasSubstr("/apower is -3: below zero"));
  EXPECT_THAT(after([&] { shelly("1", "\"50\""); }), HasSubstr("/apower is a string, not a number"));
  EXPECT_THAT(after([&] { shelly("1", "NaN"); }), HasSubstr("is no JSON"));
  EXPECT_THAT(after([&] { shelly("1", "1e300"); }), HasSubstr("more than any meter shows"));
  EXPECT_THAT(after([&] { shelly("1", "1e999"); }), HasSubstr("is no JSON"));
  EXPECT_EQ(after([&] { shelly("1", "51"); }), "51 W");
  EXPECT_THAT(after([&] { device.ask_for("Basic eA=="); }), HasSubstr("asks for a user and a password"));
  device.ask_for("");
  EXPECT_THAT(after([&] { device.vanish(); }), HasSubstr("nobody answers there"));
}

TEST_F(AMeter, WhoseCounterIsSetBackLosesNoMoreThanThatInterval) {
  settings.meter.kind = "json", settings.meter.energy = "/n", settings.meter.energy_unit = "J";
  one_number("5000");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source);
  power::Ledger ledger(attempt.source->zones());
  const auto add = [&] {
    power::Readings readings;
    attempt.source->read(clock, readings);
    for (const auto& reading : readings.good) ledger.add(reading);
  };
  add();
  for (const auto* number : {"5100", "20", "120"}) {
    one_number(number);
    pass();
    add();
  }
  EXPECT_DOUBLE_EQ(ledger.total(0).energy.value(), 200);
  EXPECT_EQ(ledger.total(0).gap, Seconds(1));
}

TEST_F(AMeter, BringsItsUserAndPasswordAndNeverShowsThem) {
  settings.meter.access.user = "me";
  settings.meter.access.password_file = folder.write("password", "open sesame\nsecond line\n");
  device.ask_for("Basic bWU6b3BlbiBzZXNhbWU=");
  shelly("1", "50");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  device.ask_for("Basic another");
  const auto denied = open();
  EXPECT_FALSE(denied.source);
  EXPECT_THAT(denied.detail, HasSubstr("refuses the user me (HTTP 401)"));
  EXPECT_THAT(denied.detail + denied.fix, Not(HasSubstr("sesame")));
  EXPECT_THAT(denied.fix, HasSubstr("energy.meter.password_file"));
}

TEST_F(AMeter, ThatCannotBeUsedSaysWhy) {
  const auto why = [&] {
    const auto attempt = open();
    EXPECT_FALSE(attempt.source);
    return attempt.detail;
  };
  EXPECT_THAT(why(), HasSubstr("there is no such page (HTTP 404)"));
  device.page(kShelly, R"({"errors":["power_meter:0"]})");
  EXPECT_THAT(why(), HasSubstr("answers, but the answer has no /aenergy/total; the answer has no /apower"));
  settings.meter.access.user = "me";
  settings.meter.access.password_file = folder / "nowhere";
  EXPECT_THAT(why(), HasSubstr("the password file"));
  settings.meter.access.password_file = folder.write("empty", "\n");
  EXPECT_THAT(why(), HasSubstr("is empty"));
  settings.meter.access = {};
  EXPECT_THAT(why(), HasSubstr("no wall meter is configured"));
}

}  // namespace
}  // namespace power_sources
