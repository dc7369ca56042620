#include "os/cpu_counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "os/test_support.h"

namespace os {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using units::Seconds;

const CpuTopology kTwoSockets{{0, 0, 1, 1}};
const CpuTopology kOneSocket{{0, 0}};

TEST(CpuCounter, VersionTwoCountsMicroseconds) {
  TestWorld world;
  world.write("group/cpu.stat", "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n");
  auto counter = CpuCounter::open(world.host().files, world.folder() / "group", kTwoSockets);
  ASSERT_TRUE(counter) << counter.error().text();
  CpuTime time;
  ASSERT_TRUE(counter->read(time));
  EXPECT_EQ(time.total, Seconds(1.5));
  EXPECT_THAT(time.by_socket, IsEmpty()) << "version 2 does not tell where";
}

TEST(CpuCounter, VersionOneTellsTheSocketsWhereThereAreSeveral) {
  TestWorld world;
  world.write("group/cpuacct.usage", "10000000000\n");
  world.write("group/cpuacct.usage_percpu", "1000000000 2000000000 3000000000 4000000000 \n");
  CpuTime time;
  auto spread = CpuCounter::open(world.host().files, world.folder() / "group", kTwoSockets);
  ASSERT_TRUE(spread && spread->read(time));
  EXPECT_EQ(time.total, Seconds(10));
  EXPECT_THAT(time.by_socket, ElementsAre(Seconds(3), Seconds(7)));
  auto single = CpuCounter::open(world.host().files, world.folder() / "group", kOneSocket);
  ASSERT_TRUE(single && single->read(time));
  EXPECT_EQ(time.total, Seconds(10));
  EXPECT_THAT(time.by_socket, IsEmpty());
}

TEST(CpuCounter, TextThatIsNoCpuTimeIsAnErrorThatNamesTheFile) {
  TestWorld world;
  for (const auto* text : {"", "garbage", "usage_usec", "usage_usec x\n", "-5\n", "99999999999999999999999999\n"})
    for (const auto* file : {"cpu.stat", "cpuacct.usage"}) {
      const Path folder = base::format("{}-{}", file, std::string(text).size());
      world.write(folder / file, text);
      auto counter = CpuCounter::open(world.host().files, world.folder() / folder, kOneSocket);
      ASSERT_TRUE(counter);
      CpuTime time;
      const auto read = counter->read(time);
      ASSERT_FALSE(read) << file << ": " << text;
      EXPECT_THAT(read.error().text(), HasSubstr(file));
    }
}

TEST(CpuCounter, AFolderThatIsNoGroupIsRefused) {
  TestWorld world;
  const auto counter = CpuCounter::open(world.host().files, world.folder(), kOneSocket);
  ASSERT_FALSE(counter);
  EXPECT_EQ(counter.error().kind(), base::ErrorKind::absent);
}

TEST(CpuTopology, SocketsAreThoseOfTheKernelAndAnUnknownCpuHasNone) {
  TestWorld world;
  world.write("sys/devices/system/cpu/cpu0/topology/physical_package_id", "0\n");
  world.write("sys/devices/system/cpu/cpu2/topology/physical_package_id", "3\n");
  world.write("sys/devices/system/cpu/cpu3/online", "0\n");
  world.write("sys/devices/system/cpu/cpufreq/boost", "1\n");
  world.write("sys/devices/system/cpu/cpu99999999/topology/physical_package_id", "0\n");
  const auto topology = cpu_topology(world.host().files, Root(world.folder()));
  EXPECT_THAT(topology.socket_of_cpu, ElementsAre(0, -1, 3, -1));
  EXPECT_EQ(topology.sockets(), 2u);
  EXPECT_EQ(topology.socket_slots(), 4u);
  EXPECT_EQ(cpu_topology(world.host().files, Root(world.folder() / "none")).sockets(), 1u);
}

}  // namespace
}  // namespace os
