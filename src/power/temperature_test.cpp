#include "power/temperature.h"

#include <gtest/gtest.h>

#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace power {
namespace {

TEST(CpuTemperature, IsThatOfTheWarmestSensorOfTheCpusDriver) {
  os_testing::TemporaryFolder folder;
  os::RealHost real;
  const os::Root root(folder.path());
  EXPECT_FALSE(cpu_temperature(real.host().files, root));
  folder.write("sys/class/thermal/thermal_zone0/type", "x86_pkg_temp\n");
  folder.write("sys/class/thermal/thermal_zone0/temp", "41000\n");
  EXPECT_EQ(cpu_temperature(real.host().files, root), units::Celsius(41));
  folder.write("sys/class/hwmon/hwmon0/name", "nvme\n");
  folder.write("sys/class/hwmon/hwmon0/temp1_input", "70000\n");
  folder.write("sys/class/hwmon/hwmon1/name", "coretemp\n");
  folder.write("sys/class/hwmon/hwmon1/temp1_input", "45500\n");
  folder.write("sys/class/hwmon/hwmon1/temp2_input", "48000\n");
  folder.write("sys/class/hwmon/hwmon1/temp3_input", "garbage\n");
  folder.write("sys/class/hwmon/hwmon1/temp4_input", "-999000\n");
  EXPECT_EQ(cpu_temperature(real.host().files, root), units::Celsius(48));
}

}  // namespace
}  // namespace power
