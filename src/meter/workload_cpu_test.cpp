#include "meter/workload_cpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "os_testing/temporary_folder.h"

namespace meter {
namespace {

using testing::ElementsAre;
using units::Seconds;

class WorkloadCpuTest : public testing::Test {
 protected:
  void uses(pid_t process, int ticks) {
    folder_.write(base::format("proc/{}/stat", process),
                  base::format("{} (x) S 1 1 1 0 -1 1 0 0 0 0 {} 0 0 0 20 0 1 0 99 0\n", process, ticks));
  }
  Seconds seen(WorkloadCpu& cpu) {
    os::CpuTime time;
    EXPECT_TRUE(cpu.look(time));
    return time.total;
  }

  os_testing::TemporaryFolder folder_;
  os::RealHost real_{os::Root(folder_.path())};
  os::CpuTopology topology_;
  os::NewProcesses news_{real_.host().files, real_.host().root};
};

TEST_F(WorkloadCpuTest, WhatAProcessUsedBeforeItWasFollowedIsNotTheWorkloads) {
  uses(50, 360000);
  const auto cpu = watch_cpu(real_.host(), topology_, news_, {.name = "attached", .control_group = {}});
  EXPECT_EQ(seen(*cpu), Seconds(0)) << "nobody is followed yet";
  cpu->follow(50);
  EXPECT_EQ(seen(*cpu), Seconds(0));
  uses(50, 360150);
  EXPECT_EQ(seen(*cpu), Seconds(1.5));
  std::vector<pid_t> members;
  cpu->members(members);
  EXPECT_THAT(members, ElementsAre(50));
}

TEST_F(WorkloadCpuTest, AProcessThatHasEndedBeforeItIsFollowedUsesNothing) {
  const auto cpu = watch_cpu(real_.host(), topology_, news_, {.name = "gone", .control_group = {}});
  cpu->follow(51);
  EXPECT_EQ(seen(*cpu), Seconds(0));
}

TEST_F(WorkloadCpuTest, ASecondProcessThatIsFollowedAddsToWhatTheFirstUsed) {
  uses(50, 0);
  uses(60, 1000);
  const auto cpu = watch_cpu(real_.host(), topology_, news_, {.name = "two passes", .control_group = {}});
  cpu->follow(50);
  uses(50, 150);
  EXPECT_EQ(seen(*cpu), Seconds(1.5));
  cpu->follow(60);
  EXPECT_EQ(seen(*cpu), Seconds(1.5));
  uses(60, 1200);
  EXPECT_EQ(seen(*cpu), Seconds(3.5));
}

TEST_F(WorkloadCpuTest, AGroupTellsItsOwnTimeAndOneThatIsNotThereIsAnError) {
  const auto group = folder_.write("group/cpuacct.usage", "2500000000\n").parent_path();
  folder_.write("group/cgroup.procs", "7\n9\n");
  const auto cpu = watch_cpu(real_.host(), topology_, news_, {.name = "job", .control_group = group});
  EXPECT_EQ(seen(*cpu), Seconds(2.5));
  std::vector<pid_t> members;
  cpu->members(members);
  EXPECT_THAT(members, ElementsAre(7, 9));
  os::CpuTime time;
  EXPECT_FALSE(watch_cpu(real_.host(), topology_, news_, {.name = "job", .control_group = group / "no"})->look(time));
}

}  // namespace
}  // namespace meter
