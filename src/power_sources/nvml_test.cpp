#include <gmock/gmock.h>

#include "os_testing/manual_clock.h"
#include "power_sources/fake_driver_for_tests.h"
#include "power_sources/host_tree_for_tests.h"
#include "power_sources/open_source.h"

namespace power_sources {
namespace {

using power::Zone;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using units::Seconds;

class AnNvmlSource : public testing::Test {
 protected:
  AnNvmlSource()
      : host{clock, tree.host.random, tree.host.root, tree.host.files, tree.host.processes, tree.host.cgroups} {
    settings.nvml_library = FFWATT_FAKE_NVML;
  }
  Attempt open() { return open_nvml(host, settings); }
  void pass() {
    const auto due = clock.advance_to_next_sleeper();
    clock.await_sleep_until(due + Seconds(0.5));
  }
  // "1000000", "70 W" or the fault, for each zone.
  std::vector<std::string> read(const Attempt& attempt) {
    power::Readings readings;
    attempt.source->read(clock, readings);
    const auto zones = attempt.source->zones();
    std::vector<std::string> out(zones.size());
    for (const auto& reading : readings.good)
      out[reading.zone] = zones[reading.zone].kind == Zone::Kind::counter ? base::format("{}", reading.raw)
                                                                          : base::format("{} W", reading.power.value());
    for (const auto& fault : readings.faults) out[fault.zone] = fault.error.text();
    return out;
  }
  // "process: seconds" of all zones, since it was last asked.
  std::vector<std::string> uses(const Attempt& attempt) {
    std::vector<power::DeviceUse> list;
    attempt.source->device_use(list);
    std::vector<std::string> out;
    for (const auto& use : list)
      out.push_back(base::format("gpu {} {}: {:.3f}", use.zone, use.process, use.use.value()));
    return out;
  }

  HostTree tree{"vm-2cpu"};
  os_testing::ManualClock clock;
  os::Host host;
  Settings settings;
};

TEST_F(AnNvmlSource, CountsEachGpuByItsEnergyInMillijoules) {
  FakeDriver driver(2);
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  const auto zones = attempt.source->zones();
  ASSERT_EQ(zones.size(), 2u);
  EXPECT_EQ(zones[1].path, "nvml:GPU-fake-1");
  EXPECT_EQ(zones[1].name, "gpu-1");
  EXPECT_EQ(zones[0].scope, units::Scope::gpu);
  EXPECT_EQ(zones[0].kind, Zone::Kind::counter);
  EXPECT_DOUBLE_EQ(zones[0].joules_per_unit, 1e-3);
  EXPECT_EQ(zones[0].limit, units::Watts(700));
  EXPECT_EQ(zones[0].tick, Seconds(1));
  EXPECT_EQ(zones[0].split, Zone::Split::device_use);
  EXPECT_THAT(read(attempt), ElementsAre("1000000", "1000000"));
  driver.set(1, "energy", 1'070'000);
  pass();
  EXPECT_THAT(read(attempt), ElementsAre("1000000", "1070000"));
}

TEST_F(AnNvmlSource, AsksTheDriverOnceASecondHoweverOftenItIsRead) {
  FakeDriver driver(1);
  const auto attempt = open();
  const auto asked = driver.get(0, "energy reads");
  for (int i = 0; i < 100; ++i) read(attempt);
  clock.await_sleeper();
  clock.advance(Seconds(0.9));
  read(attempt);
  EXPECT_EQ(driver.get(0, "energy reads"), asked);
  pass();
  EXPECT_EQ(driver.get(0, "energy reads"), asked + 1);
}

TEST_F(AnNvmlSource, ReadsThePowerOfAGpuWithoutACounter) {
  FakeDriver driver(1);
  driver.set(0, "energy", -1);
  const auto attempt = open();
  ASSERT_TRUE(attempt.source) << attempt.detail;
  EXPECT_EQ(attempt.source->zones()[0].kind, Zone::Kind::gauge);
  EXPECT_THAT(read(attempt), ElementsAre("70 W"));
  EXPECT_THAT(attempt.detail, HasSubstr("gpu-0 Fake Accelerator (power only)"));
}

TEST_F(AnNvmlSource, LeavesAGpuOutThatShowsNeither) {
  FakeDriver driver(2);
  driver.set(0, "energy", -1), driver.set(0, "power", -1);
  auto attempt = open();
  ASSERT_TRUE(attempt.source);
  ASSERT_EQ(attempt.source->zones().size(), 1u);
  EXPECT_EQ(attempt.source->zones()[0].name, "gpu-1");
  EXPECT_THAT(attempt.detail, HasSubstr("(left out: gpu-0: Not Supported)"));
  driver.set(1, "energy", -1), driver.set(1, "power", -1);
  attempt = open();
  EXPECT_FALSE(attempt.source);
  EXPECT_THAT(attempt.detail, HasSubstr("no GPU can be used"));
}

TEST_F(AnNvmlSource, ChargesNoProcessWhereTheGpuIsDivided) {
  FakeDriver driver(1);
  driver.set(0, "mig", 1);
  const auto attempt = open();
  const auto& zone = attempt.source->zones()[0];
  EXPECT_EQ(zone.split, Zone::Split::none);
  EXPECT_THAT(zone.no_split_reason, HasSubstr("MIG"));
}

TEST_F(AnNvmlSource, ChargesNoProcessWhereTheDriverTellsNone) {
  FakeDriver driver(1);
  driver.set(0, "processes", -1);
  const auto attempt = open();
  EXPECT_EQ(attempt.source->zones()[0].split, Zone::Split::none);
  EXPECT_THAT(attempt.source->zones()[0].no_split_reason, HasSubstr("Not Supported"));
}

TEST_F(AnNvmlSource, SaysWhatEachProcessUsedOfItsEnginesSinceItWasAsked) {
  FakeDriver driver(1);
  const auto attempt = open();
  read(attempt);
  driver.set(0, "processes", 3);
  driver.set(0, "sm 0", 40), driver.set(0, "enc 0", 100), driver.set(0, "dec 0", 10);
  driver.set(0, "enc 1", 25);
  driver.set(0, "sm 2", 4'294'967'295), driver.set(0, "dec 2", 101);  // what the driver says of what it does not know
  driver.set(0, "sample time", 1'000'000);
  pass();
  EXPECT_THAT(uses(attempt), ElementsAre("gpu 0 100: 1.500", "gpu 0 101: 0.250"));
  EXPECT_THAT(uses(attempt), ElementsAre()) << "told once";
  pass();
  EXPECT_THAT(uses(attempt), ElementsAre()) << "the same sample counts once";
  for (const int time : {2'000'000, 3'000'000}) driver.set(0, "sample time", time), pass();
  EXPECT_THAT(uses(attempt), ElementsAre("gpu 0 100: 3.000", "gpu 0 101: 0.500")) << "nothing is lost between two asks";
}

TEST_F(AnNvmlSource, AGpuThatIsLostIsAFaultOfItsOwnAndComesBack) {
  FakeDriver driver(2);
  const auto attempt = open();
  read(attempt);
  driver.set(1, "code", FakeDriver::kGpuIsLost);
  pass();
  EXPECT_THAT(read(attempt), ElementsAre("1000000", "NVML says: GPU is lost"));
  pass();
  EXPECT_THAT(read(attempt), ElementsAre("1000000", HasSubstr("GPU-fake-1 is lost")));
  driver.set(1, "code", 0), driver.set(1, "energy", 500);
  for (int i = 0; i < 10; ++i) pass();
  EXPECT_THAT(read(attempt), ElementsAre("1000000", "500"));
  EXPECT_EQ(driver.get(FakeDriver::kLibraryItself, "begun"), 1);
}

TEST_F(AnNvmlSource, ACallThatIsNotAnsweredForOnceIsAFaultAndTheNextIsGood) {
  FakeDriver driver(1);
  const auto attempt = open();
  read(attempt);
  driver.set(0, "code", FakeDriver::kNotSupported);
  pass();
  EXPECT_THAT(read(attempt), ElementsAre("NVML says: Not Supported"));
  driver.set(0, "code", 0);
  pass();
  EXPECT_THAT(read(attempt), ElementsAre("1000000"));
}

TEST_F(AnNvmlSource, EndsWhatItBegan) {
  FakeDriver driver(1);
  { const auto attempt = open(); }
  EXPECT_EQ(driver.get(FakeDriver::kLibraryItself, "begun"), 0);
}

TEST_F(AnNvmlSource, ThatCannotBeUsedSaysWhyAndWhatMendsIt) {
  const struct {
    int code;
    const char *why, *fix;
  } cases[] = {{FakeDriver::kDriverNotLoaded, "not loaded", "modprobe nvidia"},
               {FakeDriver::kNoPermission, "may not open", "chmod"},
               {FakeDriver::kMismatch, "two versions", "reboot"},
               {999, "Unknown Error", ""}};
  for (const auto& c : cases) {
    FakeDriver driver(1);
    driver.set(FakeDriver::kLibraryItself, "init", c.code);
    const auto attempt = open();
    EXPECT_FALSE(attempt.source);
    EXPECT_THAT(attempt.detail, HasSubstr(c.why));
    EXPECT_THAT(attempt.fix, HasSubstr(c.fix));
  }
  FakeDriver driver(0);
  EXPECT_THAT(open().detail, HasSubstr("no GPU"));
}

TEST_F(AnNvmlSource, TellsALibraryThatIsMissingFromOneThatIsAnother) {
  settings.nvml_library = "/nowhere/libnvidia-ml.so.1";
  EXPECT_THAT(open().detail, HasSubstr("/nowhere/libnvidia-ml.so.1"));
  settings.nvml_library = "libm.so.6";
  EXPECT_THAT(open().detail, HasSubstr("has no function nvmlInit_v2"));
  settings.nvml_library.clear();
  EXPECT_THAT(open().detail, HasSubstr("another machine's files"));
}

}  // namespace
}  // namespace power_sources
