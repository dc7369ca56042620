#include "os/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/test_support.h"

namespace os {
namespace {

using base::ErrorKind;
using testing::HasSubstr;
using units::Seconds;

Root fixture(std::string_view machine) { return Root(Path(FFWATT_SOURCE_DIR) / "tests/fixtures/hosts" / machine); }

TEST(Machine, FactsComeFromTheFilesOfTheKernel) {
  TestWorld world;
  struct Wanted {
    std::string_view machine, model;
    int sockets, cores, threads;
    bool virtual_machine;
  };
  for (const auto& wanted : {Wanted{"epyc-2s", "AMD EPYC 7763 64-Core Processor", 2, 8, 16, false},
                             Wanted{"laptop-1s", "Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", 1, 4, 8, false},
                             Wanted{"vm-2cpu", "Intel(R) Xeon(R) Processor @ 2.60GHz", 1, 2, 2, true}}) {
    const auto facts = machine_facts(world.host().files, fixture(wanted.machine));
    ASSERT_TRUE(facts) << facts.error().text();
    EXPECT_EQ(facts->host_name, wanted.machine);
    EXPECT_EQ(facts->cpu_model, wanted.model);
    EXPECT_EQ(facts->sockets, wanted.sockets);
    EXPECT_EQ(facts->cores, wanted.cores);
    EXPECT_EQ(facts->threads, wanted.threads);
    EXPECT_EQ(facts->virtual_machine, wanted.virtual_machine);
    EXPECT_EQ(facts->boot_id.size(), 36u);
    EXPECT_THAT(facts->kernel, HasSubstr("amd64"));
  }
  EXPECT_EQ(machine_facts(world.host().files, fixture("vm-2cpu"))->memory, units::Bytes(4'025'124.0 * 1024));
}

TEST(Machine, ARealMachineHasFactsToo) {
  TestWorld world;
  const auto facts = machine_facts(world.host().files, Root());
  ASSERT_TRUE(facts) << facts.error().text();
  EXPECT_GE(facts->threads, facts->cores);
  EXPECT_GE(facts->cores, facts->sockets);
  EXPECT_GT(facts->memory, units::Bytes(0));
  EXPECT_TRUE(machine_cpu(world.host().files, Root()));
}

TEST(Machine, ACpuinfoWithoutTopologyCountsEachLogicalCpuAsACore) {
  TestWorld world;
  world.write("proc/cpuinfo", "processor\t: 0\nBogoMIPS\t: 50.00\n\nprocessor\t: 1\nBogoMIPS\t: 50.00\n");
  world.write("proc/meminfo", "MemTotal: 1000 kB\n");
  const auto facts = machine_facts(world.host().files, Root(world.folder()));
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->threads, 2);
  EXPECT_EQ(facts->cores, 2);
  EXPECT_EQ(facts->sockets, 1);
  EXPECT_EQ(facts->cpu_model, "");
}

TEST(Machine, AFileThatIsNoCpuinfoIsAFailureAndNotAMachineOfOneCpu) {
  TestWorld world;
  world.write("proc/cpuinfo", "nothing here\n");
  const auto facts = machine_facts(world.host().files, Root(world.folder()));
  ASSERT_FALSE(facts);
  EXPECT_THAT(facts.error().text(), HasSubstr("proc/cpuinfo"));
}

TEST(MachineCpu, GuestTimeIsNotCountedTwiceAndStealIsNeitherBusyNorIdle) {
  // user 300 holds guest 200; nice 10 holds guest_nice 5.
  const auto cpu =
      parse_proc_stat("cpu  300 10 40 1000 50 6 4 70 200 5\ncpu0 300 10 40 1000 50 6 4 70 200 5\nintr 1\n");
  ASSERT_TRUE(cpu) << cpu.error().text();
  EXPECT_DOUBLE_EQ(cpu->total.busy.value(), 3.60);
  EXPECT_DOUBLE_EQ(cpu->total.idle.value(), 10.50);
  EXPECT_DOUBLE_EQ(cpu->total.steal.value(), 0.70);
  EXPECT_EQ(cpu->by_cpu.size(), 1u);
}

TEST(MachineCpu, TheCpusSumToTheTotalOnEveryFixture) {
  TestWorld world;
  for (const auto machine : {"epyc-2s", "laptop-1s", "vm-2cpu"}) {
    const auto cpu = machine_cpu(world.host().files, fixture(machine));
    ASSERT_TRUE(cpu) << machine;
    CpuTimes sum;
    for (const auto& one : cpu->by_cpu) sum.busy += one.busy, sum.idle += one.idle, sum.steal += one.steal;
    EXPECT_NEAR(sum.busy.value(), cpu->total.busy.value(), 1e-6) << machine;
    EXPECT_NEAR(sum.idle.value(), cpu->total.idle.value(), 1e-6) << machine;
    EXPECT_NEAR(sum.steal.value(), cpu->total.steal.value(), 1e-6) << machine;
  }
}

TEST(MachineCpu, AnOfflineCpuKeepsItsPlaceWithZeros) {
  const auto cpu = parse_proc_stat("cpu  2 0 0 4\ncpu0 1 0 0 2\ncpu3 1 0 0 2\n");
  ASSERT_TRUE(cpu);
  ASSERT_EQ(cpu->by_cpu.size(), 4u);
  EXPECT_EQ(cpu->by_cpu[1].idle, Seconds(0));
  EXPECT_DOUBLE_EQ(cpu->by_cpu[3].idle.value(), 0.02);
}

TEST(MachineCpu, BrokenTextIsRefused) {
  for (const auto text : {"", "intr 1\n", "cpu  1 2 3\n", "cpu  1 2 3 x\n", "cpu  1 2 3 -4\n",
                          "cpu  1 2 3 4\ncpu99999999 1 2 3 4\n", "cpu  1 2 3 4\ncpux 1 2 3 4\n"}) {
    EXPECT_FALSE(parse_proc_stat(text)) << text;
  }
}

TEST(PortOwner, NamesTheProcessOrElseTheUser) {
  TestWorld world;
  const auto owner = [&](int port) { return port_owner(world.host().files, fixture("epyc-2s"), port); };
  EXPECT_EQ(*owner(1935), "nginx (pid 812)");
  EXPECT_EQ(*owner(9100), "node_exporter (pid 900)");
  EXPECT_EQ(*owner(8080), "a process of user 1001");
  EXPECT_EQ(owner(8081).error().kind(), ErrorKind::absent);  // connected, not listening
  EXPECT_EQ(owner(22).error().text(), "nothing listens on port 22");
}

TEST(PortOwner, WithoutTablesThePortIsUnknownAndNotFree) {
  TestWorld world;
  EXPECT_EQ(port_owner(world.host().files, Root(world.folder()), 80).error().kind(), ErrorKind::failed);
}

}  // namespace
}  // namespace os
