#include "power_sources/gpus.h"

#include <gmock/gmock.h>

#include "power_sources/fake_driver_for_tests.h"

namespace power_sources {
namespace {

using testing::HasSubstr;

TEST(Gpus, AreToldAsTheirDriverNamesThem) {
  FakeDriver driver(2);
  driver.set(0, "memory", 24'000'000'000);
  driver.set(1, "memory", 48'000'000'000);
  const auto found = gpus(FFWATT_FAKE_NVML);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_THAT(*found,
              testing::ElementsAre(GpuFacts{"Fake Accelerator", "GPU-fake-0", "550.54.14", units::Bytes(24e9)},
                                   GpuFacts{"Fake Accelerator", "GPU-fake-1", "550.54.14", units::Bytes(48e9)}));
  EXPECT_EQ(driver.get(FakeDriver::kLibraryItself, "begun"), 0) << "ended again";
}

TEST(Gpus, ThatADriverDoesNotTellAreItsReason) {
  FakeDriver driver(1);
  driver.set(FakeDriver::kLibraryItself, "init", FakeDriver::kNoPermission);
  const auto found = gpus(FFWATT_FAKE_NVML);
  EXPECT_THAT(found.error().text(), HasSubstr("Insufficient Permissions"));
}

TEST(Gpus, WithoutNvmlAreAbsent) {
  EXPECT_EQ(gpus("/nowhere/libnvidia-ml.so.1").error().kind(), base::ErrorKind::absent);
}

}  // namespace
}  // namespace power_sources
