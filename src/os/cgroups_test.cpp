#include "os/cgroups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "os/posix.h"
#include "os/test_support.h"

namespace os {
namespace {

using base::ErrorKind;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using units::Seconds;

class CgroupsTest : public testing::Test {
 protected:
  // Runs /bin/true in the group, as a workload would be.
  void run_in(const Cgroup& group) {
    SpawnSpec spec;
    spec.program = "/bin/true";
    spec.join_files = group.join_files();
    auto child = processes_.spawn(spec);
    ASSERT_TRUE(child) << child.error().text();
    EXPECT_TRUE((*child)->wait()->success());
  }

  TestWorld world_;
  Files& files_ = world_.host().files;
  Processes& processes_ = world_.host().processes;
};

TEST_F(CgroupsTest, VersionTwoIsOneFolderWithItsCpuTime) {
  const auto root = world_.copy_of("epyc-2s");
  const auto cgroups = posix_cgroups(files_, root);
  auto group = *cgroups->open("job-1");
  const auto folder = root.path("/sys/fs/cgroup/ffwatt/job-1");
  EXPECT_EQ(group->version(), "v2");
  EXPECT_EQ(group->name(), "job-1");
  EXPECT_THAT(group->join_files(), ElementsAre(folder / "cgroup.procs"));
  run_in(*group);
  EXPECT_EQ(world_.read(folder / "cgroup.procs"), "0\n");

  EXPECT_EQ(*group->cpu_time(), Seconds(0));
  ASSERT_TRUE(files_.write_in_place(folder / "cpu.stat", "usage_usec 2500000\nuser_usec 2000000\n"));
  EXPECT_EQ(*group->cpu_time(), Seconds(2.5));
  ASSERT_TRUE(files_.write_in_place(folder / "cpu.stat", "user_usec 1\n"));
  EXPECT_THAT(group->cpu_time().error().text(), HasSubstr("cpu.stat"));

  EXPECT_TRUE(group->kill_all());
  EXPECT_EQ(world_.read(folder / "cgroup.kill"), "1");
  EXPECT_THAT(*cgroups->list(), ElementsAre("job-1"));
  EXPECT_TRUE(group->remove());
  EXPECT_TRUE(group->remove());
  EXPECT_THAT(*cgroups->list(), IsEmpty());
  EXPECT_EQ(group->cpu_time().error().kind(), ErrorKind::absent);
}

TEST_F(CgroupsTest, AHybridMachineIsReadThroughVersionOneWithFreezer) {
  const auto root = world_.copy_of("vm-2cpu");
  const auto cgroups = posix_cgroups(files_, root);
  auto group = *cgroups->open("job-1");
  const auto counters = root.path("/sys/fs/cgroup/cpuacct/ffwatt/job-1"),
             freezer = root.path("/sys/fs/cgroup/freezer/ffwatt/job-1");
  EXPECT_EQ(group->version(), "v1");
  EXPECT_THAT(group->join_files(), ElementsAre(counters / "cgroup.procs", freezer / "cgroup.procs"));
  run_in(*group);
  EXPECT_EQ(world_.read(freezer / "cgroup.procs"), "0\n");
  ASSERT_TRUE(files_.write_in_place(counters / "cpuacct.usage", "1500000000\n"));
  EXPECT_EQ(*group->cpu_time(), Seconds(1.5));
  EXPECT_TRUE(group->remove());
  EXPECT_FALSE(files_.exists(counters));
  EXPECT_FALSE(files_.exists(freezer));
}

TEST_F(CgroupsTest, AGroupThatIsThereAlreadyIsFoundAgainWithItsCounters) {
  const auto root = world_.copy_of("laptop-1s");
  const auto cgroups = posix_cgroups(files_, root);
  auto first = *cgroups->open("a");
  ASSERT_TRUE(files_.write_in_place(root.path("/sys/fs/cgroup/ffwatt/a/cpu.stat"), "usage_usec 7000000\n"));
  EXPECT_EQ(*(*cgroups->open("a"))->cpu_time(), Seconds(7));
}

TEST_F(CgroupsTest, WhereTheTopIsNotOursTheGroupStandsBelowOurOwn) {
  const auto root = world_.copy_of("epyc-2s");
  // A file in the place of the folder refuses us as a lack of rights would.
  world_.write("epyc-2s/sys/fs/cgroup/ffwatt", "");
  auto group = posix_cgroups(files_, root)->open("a");
  ASSERT_TRUE(group) << group.error().text();
  EXPECT_THAT((*group)->join_files(),
              ElementsAre(root.path("/sys/fs/cgroup/system.slice/ffmpeg-agent.service/ffwatt/a/cgroup.procs")));
}

TEST_F(CgroupsTest, ARunnerInsideAGroupMakesSistersAndNotDaughters) {
  const auto root = world_.copy_of("epyc-2s");
  world_.write("epyc-2s/sys/fs/cgroup/ffwatt", "");
  world_.write("epyc-2s/proc/self/cgroup", "0::/system.slice/x.service/ffwatt/outer\n");
  auto group = posix_cgroups(files_, root)->open("inner");
  ASSERT_TRUE(group);
  EXPECT_THAT((*group)->join_files(),
              ElementsAre(root.path("/sys/fs/cgroup/system.slice/x.service/ffwatt/inner/cgroup.procs")));
}

TEST_F(CgroupsTest, WithoutAUsableHierarchyTheReasonsAreTold) {
  const auto nothing = posix_cgroups(files_, Root(world_.folder()))->open("a");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().kind(), ErrorKind::absent);
  EXPECT_THAT(nothing.error().text(), HasSubstr("v2: no unified hierarchy"));
  EXPECT_THAT(nothing.error().text(), HasSubstr("v1: no "));
  EXPECT_THAT(nothing.error().text(), HasSubstr("Delegate=yes"));

  world_.write("sys/fs/cgroup/cgroup.controllers", "memory pids\n");
  EXPECT_THAT(posix_cgroups(files_, Root(world_.folder()))->open("a").error().text(), HasSubstr("has no cpu"));
}

TEST_F(CgroupsTest, ANameThatCouldBeAPathOrAKernelsFileIsRefused) {
  const auto root = world_.copy_of("epyc-2s");
  for (const auto& name : {std::string(), std::string(".."), std::string("a/b"), std::string("cgroup.procs"),
                           std::string("a b"), std::string(201, 'a')}) {
    EXPECT_EQ(posix_cgroups(files_, root)->open(name).error().kind(), ErrorKind::invalid) << name;
  }
}

TEST_F(CgroupsTest, NumbersInAFolderOfPlainFilesAreNeverKilled) {
  const auto root = world_.copy_of("vm-2cpu");
  auto group = *posix_cgroups(files_, root)->open("a");
  ASSERT_TRUE(files_.write_in_place(group->join_files().front(), std::to_string(::getpid()) + "\n"));
  EXPECT_THAT(*group->members(), ElementsAre(::getpid()));
  EXPECT_EQ(group->kill_all().error().kind(), ErrorKind::retry);
}

// On a machine that lets us make groups this runs real ones; elsewhere the reason must be one to act on.
TEST_F(CgroupsTest, ARealGroupCountsAndKillsAWholeTree) {
  Cgroups& cgroups = world_.host().cgroups;
  const auto name = "test-" + std::to_string(::getpid());
  auto opened = cgroups.open(name);
  if (!opened) {
    EXPECT_EQ(opened.error().kind(), ErrorKind::absent);
    EXPECT_THAT(opened.error().text(), HasSubstr("run as root, or with Delegate=yes"));
    return;
  }
  auto group = std::move(opened).value();
  EXPECT_THAT(*cgroups.list(), Contains(name));
  Pipe out = *processes_.pipe();
  SpawnSpec spec;
  spec.program = "/bin/sh";
  // A session of its own and a double fork: what the process tree would lose.
  spec.arguments = {
      "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; (setsid sleep 1000 &) ; sleep 1000 & echo x; wait"};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  spec.descriptors[1] = out.write.get();
  spec.join_files = group->join_files();
  auto child = processes_.spawn(spec);
  ASSERT_TRUE(child) << child.error().text();
  out.write.reset();
  char buffer[16];
  ASSERT_EQ(::read(out.read.get(), buffer, sizeof buffer), 2);

  EXPECT_GT(*group->cpu_time(), Seconds(0));
  EXPECT_GE(group->members()->size(), 2u);
  EXPECT_EQ(group->remove().error().kind(), ErrorKind::retry);
  EXPECT_TRUE(group->kill_all());
  EXPECT_THAT(*group->members(), IsEmpty());
  EXPECT_EQ(::read(out.read.get(), buffer, sizeof buffer), 0);
  const auto status = *(*child)->wait();
  EXPECT_EQ(status.signal, SIGKILL);
  EXPECT_GE(*group->cpu_time(), status.cpu() * 0.5);
  const auto removed = group->remove();
  EXPECT_TRUE(removed) << removed.error().text();
  EXPECT_THAT(*cgroups.list(), Not(Contains(name)));
}

TEST_F(CgroupsTest, LimitsOfVersionTwoAreReadBack) {
  const auto root = world_.copy_of("epyc-2s");
  const auto cgroups = posix_cgroups(files_, root);
  auto group = *cgroups->open("job-1");
  const auto folder = root.path("/sys/fs/cgroup/ffwatt/job-1");
  const GroupLimits wanted{units::Bytes(1 << 30), 144};
  EXPECT_EQ(group->limit(wanted).value(), wanted);
  EXPECT_EQ(world_.read(folder / "memory.swap.max"), "0");
  EXPECT_EQ(group->out_of_memory_kills().value(), 0);
  ASSERT_TRUE(files_.write_in_place(folder / "memory.events", "oom 3\noom_kill 2\n"));
  EXPECT_EQ(group->out_of_memory_kills().value(), 2);
  EXPECT_THAT(group->join_files(), ElementsAre(folder / "cgroup.procs")) << "one folder is all there is";
  EXPECT_TRUE(group->remove());
}

TEST_F(CgroupsTest, ALimitThatTheKernelSwallowsIsNoLimit) {
  const auto root = world_.copy_of("epyc-2s");
  const auto cgroups = posix_cgroups(files_, root);
  auto group = *cgroups->open("job-1");
  // Where the controller is not enabled its files are not there.
  ASSERT_TRUE(files_.remove(root.path("/sys/fs/cgroup/ffwatt/job-1/pids.max")));
  const auto limited = group->limit({std::nullopt, 144});
  ASSERT_FALSE(limited.ok());
  EXPECT_EQ(limited.error().kind(), ErrorKind::absent);
  EXPECT_THAT(limited.error().text(), HasSubstr("pids.max"));
}

TEST_F(CgroupsTest, LimitsOfThisMachineHoldOrSayWhyNot) {
  auto group = world_.host().cgroups.open("limits-test-" + std::to_string(::getpid()));
  if (!group) GTEST_SKIP() << group.error().text();
  const auto limited = (*group)->limit({units::Bytes(256 << 20), 100});
  if (limited) {
    EXPECT_EQ(limited->memory, units::Bytes(256 << 20));
    EXPECT_EQ(limited->tasks, 100);
    run_in(**group);
  } else {
    EXPECT_EQ(limited.error().kind(), ErrorKind::absent);
    EXPECT_THAT(limited.error().text(), HasSubstr("limits of a control group: "));
  }
  const auto files = (*group)->join_files();
  EXPECT_TRUE((*group)->remove());
  for (const auto& file : files) EXPECT_FALSE(files_.exists(file.parent_path())) << "left behind: " << file;
}

}  // namespace
}  // namespace os
