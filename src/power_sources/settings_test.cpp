#include "power_sources/settings.h"

#include <gmock/gmock.h>

#include "os_testing/memory_files.h"

namespace power_sources {
namespace {

using ::testing::HasSubstr;

// What a command line and one file say together; an error's text where they are refused.
struct Said {
  std::vector<std::string> words{};
  std::string file{}, text{};
};
base::Result<Settings> settings(const Said& said) {
  os_testing::MemoryFiles files;
  options::Inputs inputs;
  inputs.words = said.words;
  if (!said.file.empty()) {
    files.put(said.file, said.text);
    inputs.files = {said.file};
  }
  const options::Shape shape{.program = "try", .options = energy_options()};
  FFWATT_TRY(const auto parsed, options::parse(shape, inputs, files));
  return settings_from(parsed.values);
}
std::string refusal(const Said& said) {
  const auto result = settings(said);
  return result ? "accepted" : result.error().text();
}

TEST(EnergySettings, WithoutAWordNoDeviceIsAsked) {
  const auto result = settings({});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_TRUE(result->redfish.access.url.empty());
  EXPECT_TRUE(result->meter.access.url.empty());
  EXPECT_TRUE(result->only.empty());
  EXPECT_EQ(result->redfish.access.verify, WebAccess::Verify::yes);
}

TEST(EnergySettings, AFileDescribesAControllerAndAMeter) {
  const auto result = settings({.file = "/etc/ffwatt/config.toml", .text = R"(
[energy.redfish]
url = "https://bmc.example"
user = "watcher"
password_file = "/etc/ffwatt/bmc"
ca_file = "/etc/ffwatt/bmc.pem"
verify = false
chassis = "1"
interval = "30s"
[energy.meter]
kind = "json"
url = "http://meter.example/now?id=1"
energy = "/e"
energy_unit = "Wh"
energy_update = "2s"
power = "/p"
)"});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->redfish.access.url, "https://bmc.example");
  EXPECT_EQ(result->redfish.access.user, "watcher");
  EXPECT_EQ(result->redfish.access.password_file, "/etc/ffwatt/bmc");
  EXPECT_EQ(result->redfish.access.ca_file, "/etc/ffwatt/bmc.pem");
  EXPECT_EQ(result->redfish.access.verify, WebAccess::Verify::no);
  EXPECT_EQ(result->redfish.access.interval, units::Seconds(30));
  EXPECT_EQ(result->redfish.chassis, "1");
  EXPECT_EQ(result->meter.kind, "json");
  EXPECT_EQ(result->meter.energy, "/e");
  EXPECT_EQ(result->meter.energy_unit, "Wh");
  EXPECT_EQ(result->meter.energy_update, units::Seconds(2));
  EXPECT_EQ(result->meter.power, "/p");
  EXPECT_EQ(result->meter.access.interval, units::Seconds(1));
}

TEST(EnergySettings, WhatCannotBeTrueIsRefusedWithTheReason) {
  const struct {
    std::vector<std::string> words;
    const char* reason;
  } cases[] = {
      {{"--cpu-tdp", "0.5"}, "--cpu-tdp: 0.5 W is not the rated power"},
      {{"--redfish-interval", "5s"}, "--redfish-interval: a device is asked every 15 s to 600 s, not every 5 s"},
      {{"--meter-interval", "100ms"}, "--meter-interval: a device is asked every 0.5 s"},
      {{"--redfish-url", "bmc.example"}, "--redfish-url: a URL begins with http:// or https://"},
      {{"--redfish-url", "https://a:b@bmc.example"}, "a user or password does not belong into the URL"},
      {{"--redfish-url", "https://bmc.example", "--redfish-user", "a"}, "belong together"},
      {{"--meter-url", "http://m", "--meter-kind", "json"}, "say where the answer has its numbers"},
      {{"--meter-power", "apower"}, "'apower' is no JSON pointer"},
      {{"--meter-kind", "kettle"}, "shelly"},
      {{"--power-source", "powercab"}, "powercap"},
  };
  for (const auto& c : cases) EXPECT_THAT(refusal({.words = c.words}), HasSubstr(c.reason));
}

TEST(EnergySettings, APasswordInAUrlIsNotRepeated) {
  EXPECT_THAT(refusal({.words = {"--meter-url", "http://me:geheim@plug"}}), Not(HasSubstr("geheim")));
}

TEST(EnergySettings, AFileOfTheWorkingFolderMayNotSayWhereDevicesAndPasswordsAre) {
  for (const auto* line : {"[energy.redfish]\nurl = 'https://elsewhere'", "[energy.meter]\nurl = 'http://elsewhere'",
                           "[energy.redfish]\npassword_file = '/home/me/.ssh/id'", "[energy.redfish]\nverify = false"})
    EXPECT_THAT(refusal({.file = "ffwatt.toml", .text = line}), HasSubstr("in a file of the working folder")) << line;
  EXPECT_EQ(refusal({.file = "ffwatt.toml", .text = "[energy]\ncpu_tdp = 65"}), "accepted");
  EXPECT_EQ(refusal({.file = "./ffwatt.toml", .text = "[energy.meter]\nurl = 'http://plug'"}), "accepted");
}

TEST(EnergySettings, WhatFlagsHaveSaidCanBeSaidAgain) {
  os_testing::MemoryFiles files;
  options::Inputs inputs;
  inputs.words = {"--power-source", "model,nvml", "--cpu-tdp", "65", "--no-redfish-verify"};
  inputs.environment = {{"FFWATT_METER_URL", "http://plug"}};
  const options::Shape shape{.program = "try", .options = energy_options()};
  const auto parsed = options::parse(shape, inputs, files);
  ASSERT_TRUE(parsed) << parsed.error().text();
  EXPECT_THAT(flags_given(parsed->values),
              testing::ElementsAre("--power-source=model,nvml", "--cpu-tdp=65", "--no-redfish-verify"));
}

TEST(EnergySettings, NoFileChoosesALibraryToLoad) {
  EXPECT_THAT(refusal({.file = "/etc/ffwatt/config.toml", .text = "[energy]\nnvml_library = '/tmp/x.so'"}),
              HasSubstr("unknown key"));
}

}  // namespace
}  // namespace power_sources
