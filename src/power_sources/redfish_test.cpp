#include <gmock/gmock.h>

#include "power_sources/web_stage_for_tests.h"

namespace power_sources {
namespace {

using power::Zone;
using ::testing::HasSubstr;
using units::Seconds;

constexpr auto kChassis = "/redfish/v1/Chassis";
constexpr auto kMetrics = "/redfish/v1/Chassis/1/EnvironmentMetrics";
constexpr auto kPower = "/redfish/v1/Chassis/1/Power";

class ARedfishService : public WebStage {
 protected:
  ARedfishService() {
    settings.redfish.access.url = device.url() + "/";
    settings.redfish.access.interval = Seconds(60);
    device.page(kChassis, R"({"Members":[{"@odata.id":"/redfish/v1/Chassis/1"}]})");
    device.page("/redfish/v1/Chassis/1", base::format(R"({{"EnvironmentMetrics":{{"@odata.id":"{}"}},
                                                          "Power":{{"@odata.id":"{}"}}}})",
                                                      kMetrics, kPower));
  }
  void metrics(const std::string& energy, const std::string& power) {
    device.page(kMetrics,
                base::format(R"({{"EnergykWh":{{"Reading":{}}},"PowerWatts":{{"Reading":{}}}}})", energy, power));
  }
  Attempt open() { return open_redfish(host, settings); }
  std::string why() {
    const auto attempt = open();
    EXPECT_FALSE(attempt.source);
    return attempt.detail;
  }
  Settings settings;
};

TEST_F(ARedfishService, IsReadByItsPowerWhereItsCounterStepsInWholeKilowattHours) {
  metrics("1234", "250.5");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  const auto& zone = attempt.source->zones()[0];
  EXPECT_EQ(zone.kind, Zone::Kind::gauge);
  EXPECT_EQ(zone.scope, units::Scope::machine);
  EXPECT_EQ(zone.path, "redfish:1");
  EXPECT_EQ(zone.tick, Seconds(60));
  EXPECT_EQ(read(attempt), "250.5 W");
  EXPECT_THAT(attempt.detail, HasSubstr("chassis 1: the machine's power"));
  EXPECT_THAT(attempt.detail, HasSubstr("its energy counter moves only once in"));
  EXPECT_THAT(attempt.detail, HasSubstr("work shorter than 3 min 0 s cannot be measured"));
}

TEST_F(ARedfishService, IsReadByItsCounterWhereThatStepsInWattHours) {
  metrics("1234.567", "250");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  const auto& zone = attempt.source->zones()[0];
  EXPECT_EQ(zone.kind, Zone::Kind::counter);
  EXPECT_DOUBLE_EQ(zone.joules_per_unit, 3600);
  EXPECT_EQ(zone.tick, Seconds(60));
  EXPECT_EQ(read(attempt), "1234567");
  metrics("1234.5712345678", "250");
  pass();
  EXPECT_EQ(read(attempt), "1234571") << "digits below a watt-hour are not believed";
}

TEST_F(ARedfishService, WithACounterAloneSaysHowSeldomItMoves) {
  metrics("1234.5", "null");
  device.page(kMetrics, R"({"EnergykWh":{"Reading":1234.5}})");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_EQ(attempt.source->zones()[0].tick, Seconds(3600)) << "0.1 kWh at 100 W";
  EXPECT_THAT(attempt.detail, HasSubstr("cannot be measured"));
}

TEST_F(ARedfishService, OfTheOlderKindIsReadByPowerControl) {
  device.page(kPower, R"({"PowerControl":[{"PowerConsumedWatts":344,"PowerMetrics":{}}]})");
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_EQ(read(attempt), "344 W");
}

TEST_F(ARedfishService, WithSeveralChassisTakesTheFirstWithAReadingOrTheOneThatIsNamed) {
  device.page(kChassis, R"({"Members":[{"@odata.id":"/redfish/v1/Chassis/Empty"},{"@odata.id":"/redfish/v1/Chassis/1"},
                                       {"@odata.id":"/redfish/v1/Chassis/2/"}]})");
  device.page("/redfish/v1/Chassis/Empty", "{}");
  device.page("/redfish/v1/Chassis/2", R"({"Power":{"@odata.id":"/redfish/v1/Chassis/2/Power"}})");
  device.page("/redfish/v1/Chassis/2/Power", R"({"PowerControl":[{"PowerConsumedWatts":99}]})");
  metrics("1", "250");
  const auto first = open();
  ASSERT_TRUE(first.source) << first.detail;
  EXPECT_EQ(first.source->zones()[0].path, "redfish:1");
  settings.redfish.chassis = "2";
  const auto second = open();
  ASSERT_TRUE(second.source) << second.detail;
  EXPECT_EQ(read(second), "99 W");
  settings.redfish.chassis = "3";
  EXPECT_THAT(why(), HasSubstr("no chassis '3'; it has Empty, 1, 2"));
}

TEST_F(ARedfishService, IsAskedOnceAMinuteWhoeverReads) {
  metrics("1", "250");
  const auto attempt = open();
  const int asked = device.requests();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(read(attempt), "250 W");
  clock.await_sleeper();
  clock.advance(Seconds(59));
  EXPECT_EQ(read(attempt), "250 W");
  EXPECT_EQ(device.requests(), asked);
  metrics("1", "260");
  pass();
  EXPECT_EQ(read(attempt), "260 W");
  EXPECT_EQ(device.requests(), asked + 1);
}

TEST_F(ARedfishService, ThatIsBusyOrGoneIsToldFromOneWithoutSensors) {
  EXPECT_THAT(why(), HasSubstr("no chassis of the controller shows energy or power (it has 1)"));
  metrics("\"many\"", "-1");
  EXPECT_THAT(why(), HasSubstr("no chassis of the controller shows energy or power"));
  metrics("0", "0");
  EXPECT_THAT(why(), HasSubstr("no chassis of the controller shows energy or power"));
  device.page(kChassis, "{}");
  EXPECT_THAT(why(), HasSubstr("is that a Redfish service?"));
  device.page(kChassis, "busy");
  EXPECT_THAT(why(), HasSubstr("is no JSON"));
  device.fail(503);
  EXPECT_THAT(why(), HasSubstr("HTTP 503"));
  device.vanish();
  EXPECT_THAT(why(), HasSubstr("nobody answers there"));
}

TEST_F(ARedfishService, ThatWantsAUserGetsOneAndALinkElsewhereIsNotFollowed) {
  device.ask_for("Basic d2F0Y2hlcjpnZWhlaW0=");
  EXPECT_THAT(why(), HasSubstr("asks for a user and a password"));
  EXPECT_THAT(open().fix, HasSubstr("energy.redfish.password_file"));
  settings.redfish.access.user = "watcher";
  settings.redfish.access.password_file = folder.write("password", "geheim\n");
  metrics("1", "250");
  EXPECT_TRUE(open().source) << open().detail;
  device.page("/redfish/v1/Chassis/1", R"({"EnvironmentMetrics":{"@odata.id":"@elsewhere.example/redfish"}})");
  EXPECT_THAT(why(), HasSubstr("no chassis of the controller shows"));
}

TEST_F(ARedfishService, NobodyHasConfiguredIsNotAsked) {
  settings.redfish = {};
  EXPECT_THAT(why(), HasSubstr("no management controller is configured (energy.redfish.url)"));
  EXPECT_EQ(device.requests(), 0);
}

}  // namespace
}  // namespace power_sources
