#include "power/machine_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "os/host.h"
#include "os_testing/temporary_folder.h"

namespace power {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using units::Seconds;

class MachineLoadTest : public ::testing::Test {
 protected:
  // CPUs 0 and 1 in socket 0, 2 and 3 in socket 1.
  void two_sockets() {
    for (int cpu = 0; cpu < 4; ++cpu)
      folder_.write(base::format("sys/devices/system/cpu/cpu{}/topology/physical_package_id", cpu),
                    base::format("{}\n", cpu / 2));
  }
  void stat() {
    folder_.write("proc/stat",
                  "cpu  1000 0 0 4000 0 0 0 100 0 0\ncpu0 100 0 0 1000 0 0 0 0 0 0\ncpu1 200 0 0 1000 0 0 0 0 0 0\n"
                  "cpu2 300 0 0 1000 0 0 0 0 0 0\ncpu3 400 0 0 1000 0 0 0 100 0 0\nintr 1 2 3\nctxt 5\n");
  }
  base::Result<MachineLoad> open() { return MachineLoad::open(real_.host().files, os::Root(folder_.path())); }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_;
};

TEST_F(MachineLoadTest, OnOneSocketOnlyTheTotalIsTold) {
  stat();
  auto load = open();
  ASSERT_TRUE(load);
  MachineTimes times;
  ASSERT_TRUE(load->read(times));
  EXPECT_EQ(times.total.busy, Seconds(10));
  EXPECT_EQ(times.total.idle, Seconds(40));
  EXPECT_EQ(times.total.steal, Seconds(1));
  EXPECT_THAT(times.busy_by_socket, IsEmpty());
  EXPECT_EQ(load->precision(), MachineLoad::Precision::ticks);
}

TEST_F(MachineLoadTest, EachSocketHasTheBusyTimeOfItsCpus) {
  stat(), two_sockets();
  auto load = open();
  ASSERT_TRUE(load);
  MachineTimes times;
  ASSERT_TRUE(load->read(times));
  EXPECT_THAT(times.busy_by_socket, ElementsAre(Seconds(3), Seconds(7)));
}

TEST_F(MachineLoadTest, OnSixtyFourSocketsEachHasItsOwn) {
  std::string text = "cpu  51200 0 0 0 0 0 0 0 0 0\n";
  for (int cpu = 0; cpu < 1024; ++cpu) {
    folder_.write(base::format("sys/devices/system/cpu/cpu{}/topology/physical_package_id", cpu),
                  base::format("{}\n", cpu / 16));
    text += base::format("cpu{} {} 0 0 4000000000 0 0 0 0 0 0\n", cpu, cpu / 16);
  }
  folder_.write("proc/stat", text + "intr 1\n");
  auto load = open();
  ASSERT_TRUE(load);
  MachineTimes times;
  ASSERT_TRUE(load->read(times));
  ASSERT_EQ(times.busy_by_socket.size(), 64u);
  for (int socket = 0; socket < 64; ++socket)
    EXPECT_NEAR(times.busy_by_socket[static_cast<std::size_t>(socket)].value(), 0.16 * socket, 1e-9) << socket;
}

TEST_F(MachineLoadTest, CpusThatGoAndComeAreNoFault) {
  stat(), two_sockets();
  auto load = open();
  ASSERT_TRUE(load);
  // CPU 3 was switched off, and 9 was plugged in after the start: nobody knows its socket.
  folder_.write("proc/stat",
                "cpu  1000 0 0 4000 0 0 0 100 0 0\ncpu0 100 0 0 1000 0 0 0 0 0 0\ncpu1 200 0 0 1000 0 0 0 0 0 0\n"
                "cpu2 300 0 0 1000 0 0 0 0 0 0\ncpu9 800 0 0 1000 0 0 0 100 0 0\nintr 1 2 3\n");
  MachineTimes times;
  ASSERT_TRUE(load->read(times));
  EXPECT_EQ(times.total.busy, Seconds(10));
  EXPECT_THAT(times.busy_by_socket, ElementsAre(Seconds(3), Seconds(3)));
}

TEST_F(MachineLoadTest, TheRootGroupOfVersionOneIsExact) {
  stat(), two_sockets();
  folder_.write("sys/fs/cgroup/cpuacct/cpuacct.usage_percpu", "1000000001 2000000000 3000000000 4000000000 \n");
  auto load = open();
  ASSERT_TRUE(load);
  EXPECT_EQ(load->precision(), MachineLoad::Precision::exact);
  MachineTimes times;
  ASSERT_TRUE(load->read(times));
  EXPECT_NEAR(times.total.busy.value(), 10.000000001, 1e-10);
  EXPECT_NEAR(times.busy_by_socket[0].value(), 3.000000001, 1e-10);
  EXPECT_EQ(times.busy_by_socket[1], Seconds(7));
}

TEST_F(MachineLoadTest, TheGroupOfAContainerIsNotTakenForTheMachine) {
  stat();
  folder_.write("sys/fs/cgroup/cpuacct/cpuacct.usage", "2000000000\n");
  auto load = open();
  ASSERT_TRUE(load);
  EXPECT_EQ(load->precision(), MachineLoad::Precision::ticks);
  EXPECT_EQ(load->read()->busy, Seconds(10));
}

TEST_F(MachineLoadTest, TicksOfTenToTheNineteenAreReadAndMoreIsAnError) {
  folder_.write("proc/stat", "cpu  10000000000000000000 0 0 18446744073709551615 0 0 0 0 0 0\n");
  auto load = open();
  ASSERT_TRUE(load);
  EXPECT_NEAR(load->read()->busy.value(), 1e17, 1);
  folder_.write("proc/stat", "cpu  100000000000000000000 0 0 1 0 0 0 0 0 0\n");
  EXPECT_FALSE(load->read());
}

TEST_F(MachineLoadTest, TextThatIsNoCpuTimeIsAnError) {
  for (const auto* text : {"", "cpu", "cpu \n", "cpu 1 2 3\n", "cpu a b c d\n", "intr 1 2 3 4\n", "cpu 1 2 3 4"}) {
    folder_.write("proc/stat", text);
    auto load = open();
    ASSERT_TRUE(load);
    EXPECT_FALSE(load->read()) << text;
  }
}

}  // namespace
}  // namespace power
