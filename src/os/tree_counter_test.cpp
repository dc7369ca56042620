#include "os/tree_counter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>

#include "base/format.h"
#include "os/posix.h"
#include "os/process_tree.h"
#include "os/test_support.h"

namespace os {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using units::Seconds;

constexpr pid_t kTop = 100;

// A folder in the place of /proc. Files are written in place, so that what holds them sees what they show now.
class TreeCounterTest : public testing::Test {
 protected:
  TreeCounterTest() {
    std::filesystem::create_directories(world_.folder() / "proc");
    std::filesystem::create_symlink(std::to_string(::getpid()), world_.folder() / "proc/self");
    newest(kTop);
    process(kTop, 1, 250);
  }
  static Path stat_of(pid_t id) { return base::format("proc/{}/stat", id); }
  void newest(pid_t id) { world_.write("proc/loadavg", base::format("0.20 0.18 0.12 1/80 {}\n", id)); }
  // What /proc says of a process of `parent` that has used so many ticks, its dead children so many more.
  void process(pid_t id, pid_t parent, int ticks, int of_children = 0, int start = 5) {
    world_.write(stat_of(id), base::format("{} (a (b) c) S {} 1 1 0 -1 4194560 0 0 0 0 {} {} {} 0 20 0 1 0 {} 0 0 0\n",
                                           id, parent, ticks - ticks / 2, ticks / 2, of_children, start));
    world_.write(base::format("proc/{}/status", id),
                 base::format("Name:\tx\nTgid:\t{}\nPid:\t{}\nPPid:\t{}\n", id, id, parent));
  }
  void has_children(pid_t id, std::string_view list) {
    world_.write(base::format("proc/{}/task/{}/children", id, id), list);
  }
  // The kernel answers ESRCH to those that hold a file of a process that is no more.
  void ended(pid_t id) {
    world_.write(stat_of(id), "");
    (void)files_.remove_tree(world_.folder() / base::format("proc/{}", id)).ok();
  }
  TreeCounter open() {
    auto counter = TreeCounter::open(files_, Root(world_.folder()), kTop, news_, at(0), clock());
    EXPECT_TRUE(counter) << counter.error().text();
    return *std::move(counter);
  }
  TreeCounter::CpuClock clock() const {
    return [this](pid_t pid) {
      const auto set = clocks_.find(pid);
      return set == clocks_.end() ? std::nullopt : std::optional(set->second);
    };
  }
  static units::BootTime at(double seconds) { return units::BootTime::from_seconds(1000 + seconds); }
  static std::vector<pid_t> members(const TreeCounter& counter) {
    std::vector<pid_t> list;
    counter.members(list);
    return list;
  }

  TestWorld world_;
  Files& files_ = world_.host().files;
  NewProcesses news_{files_, Root(world_.folder())};
  std::map<pid_t, Seconds> clocks_;  // of those that have one
};

TEST_F(TreeCounterTest, SumsWhatTheTreeAndItsDeadChildrenUsed) {
  process(101, kTop, 100, 50);
  process(102, 101, 25);
  has_children(kTop, "101 "), has_children(101, "102 ");
  auto counter = open();
  EXPECT_EQ(counter.read(at(0)), Seconds(2.5 + 1.5 + 0.25));
  EXPECT_THAT(members(counter), ElementsAre(kTop, 101, 102));
  process(102, 101, 125);
  EXPECT_EQ(counter.read(at(0.1)), Seconds(5.25));
}

TEST_F(TreeCounterTest, WhileNoProcessIsMadeOnlyClocksAreRead) {
  process(101, kTop, 100, 50);
  has_children(kTop, "101 ");
  auto counter = open();
  EXPECT_EQ(counter.read(at(0)), Seconds(2.5 + 1.5));
  process(kTop, 1, 9000, 9000), process(101, kTop, 9000, 9000);
  clocks_ = {{kTop, Seconds(2.625)}, {101, Seconds(1.25)}};
  EXPECT_EQ(counter.read(at(2)), Seconds(2.625 + 1.25 + 0.5)) << "to the nanosecond, with what the dead ones used";
  clocks_[101] = Seconds(1.5);
  EXPECT_EQ(counter.read(at(4)), Seconds(2.625 + 1.5 + 0.5));
}

TEST_F(TreeCounterTest, WhereAnybodyMadeAProcessTheFilesTellWhatDeadChildrenUsed) {
  clocks_ = {{kTop, Seconds(2.51)}};
  auto counter = open();
  EXPECT_EQ(counter.read(at(0)), Seconds(2.51));
  process(kTop, 1, 260, 30);  // of one that came and went between two looks
  EXPECT_EQ(counter.read(at(0.5)), Seconds(2.51));
  newest(101);
  EXPECT_EQ(counter.read(at(1)), Seconds(2.6 + 0.3));
  clocks_[kTop] = Seconds(2.609);
  EXPECT_EQ(counter.read(at(2)), Seconds(2.609 + 0.3));
}

TEST_F(TreeCounterTest, WhereAMemberHasEndedTheFilesTellWhoHasItsTime) {
  process(101, kTop, 100);
  has_children(kTop, "101 ");
  clocks_ = {{kTop, Seconds(2.5)}, {101, Seconds(1)}};
  auto counter = open();
  ASSERT_EQ(counter.read(at(0)), Seconds(3.5));
  clocks_.erase(101);
  ended(101), has_children(kTop, ""), process(kTop, 1, 250, 120);
  EXPECT_EQ(counter.read(at(0.5)), Seconds(3.7));
  EXPECT_THAT(members(counter), ElementsAre(kTop));
}

TEST_F(TreeCounterTest, ClocksThatLagBehindTheFilesTakeNothingBack) {
  auto counter = open();
  ASSERT_EQ(counter.read(at(0)), Seconds(2.5));
  clocks_ = {{kTop, Seconds(2.4)}};
  EXPECT_EQ(counter.read(at(1)), Seconds(2.5));
}

TEST_F(TreeCounterTest, NobodyElsesClocksAreRead) {
  std::filesystem::remove(world_.folder() / "proc/self");
  std::filesystem::create_symlink("1", world_.folder() / "proc/self");
  clocks_ = {{kTop, Seconds(1000)}};
  auto counter = open();
  EXPECT_EQ(counter.read(at(2)), Seconds(2.5)) << "of a container's /proc the numbers mean others here";
}

TEST_F(TreeCounterTest, AProcessThatIsNotThereIsAbsent) {
  const auto counter = TreeCounter::open(files_, Root(world_.folder()), 77, news_, at(0), clock());
  ASSERT_FALSE(counter);
  EXPECT_EQ(counter.error().kind(), base::ErrorKind::absent);
}

TEST_F(TreeCounterTest, AChildAndItsChildAreFoundWithinASecondWithoutWalkingTheTree) {
  auto counter = open();
  process(101, kTop, 10);
  process(103, 101, 1);
  newest(104);
  // No list of children says so.
  EXPECT_EQ(counter.read(at(0.5)), Seconds(2.5)) << "not looked for yet";
  EXPECT_EQ(counter.read(at(1)), Seconds(2.61));
  EXPECT_THAT(members(counter), ElementsAre(kTop, 101, 103));
}

TEST_F(TreeCounterTest, AThreadAndAProcessOfOthersAreNoMembers) {
  auto counter = open();
  process(101, 1, 1000);
  process(102, kTop, 250);
  world_.write("proc/102/status", base::format("Name:\tx\nTgid:\t{}\nPid:\t102\nPPid:\t{}\n", kTop, kTop));
  newest(102);
  EXPECT_EQ(counter.read(at(1)), Seconds(2.5));
}

TEST_F(TreeCounterTest, WhereTooManyWereMadeOrNumbersBeginAnewTheTreeIsWalked) {
  auto counter = open();
  process(101, kTop, 10);
  has_children(kTop, "101 ");
  newest(5000);
  EXPECT_EQ(counter.read(at(1)), Seconds(2.6));
  process(7, kTop, 10);
  has_children(kTop, "101 7 ");
  newest(8);
  EXPECT_EQ(counter.read(at(2)), Seconds(2.7));
}

TEST_F(TreeCounterTest, AnotherNamespacesNumbersAreNotTrusted) {
  std::filesystem::remove(world_.folder() / "proc/self");
  std::filesystem::create_symlink("1", world_.folder() / "proc/self");
  auto counter = open();
  process(101, kTop, 10);
  has_children(kTop, "101 ");
  EXPECT_EQ(counter.read(at(1)), Seconds(2.6)) << "though nothing in loadavg has changed";
}

TEST_F(TreeCounterTest, WhatWasMissedIsFoundAfterAWhile) {
  auto counter = open();
  process(101, kTop, 10);
  has_children(kTop, "101 ");
  EXPECT_EQ(counter.read(at(9)), Seconds(2.5));
  EXPECT_EQ(counter.read(at(10)), Seconds(2.6));
}

TEST_F(TreeCounterTest, TheTimeOfOneThatEndedIsHeldUntilItsParentHasIt) {
  process(101, kTop, 100);
  has_children(kTop, "101 ");
  auto counter = open();
  ASSERT_EQ(counter.read(at(0)), Seconds(3.5));
  ended(101), has_children(kTop, "");
  EXPECT_EQ(counter.read(at(0.5)), Seconds(3.5));
  process(kTop, 1, 260, 105);
  EXPECT_EQ(counter.read(at(1)), Seconds(2.6 + 1.05));
  EXPECT_THAT(members(counter), ElementsAre(kTop));
}

TEST_F(TreeCounterTest, ANumberThatWasGivenToAnotherProcessIsNotTheOneBefore) {
  process(101, kTop, 100);
  has_children(kTop, "101 ");
  auto counter = open();
  ASSERT_EQ(counter.read(at(0)), Seconds(3.5));
  // Of somebody else, with its own hours of CPU time.
  process(101, 1, 360000, 0, 9000), has_children(kTop, "");
  process(kTop, 1, 250, 100);
  EXPECT_EQ(counter.read(at(0.5)), Seconds(3.5));
  EXPECT_THAT(members(counter), ElementsAre(kTop));
  // And a third time, now a child again: counted from its own beginning.
  process(101, kTop, 20, 0, 9500), has_children(kTop, "101 ");
  newest(99);
  EXPECT_EQ(counter.read(at(1.5)), Seconds(3.7));
}

TEST_F(TreeCounterTest, AMemberThatLosesItsParentStaysAndItsTimeIsKeptWhenItEnds) {
  process(101, kTop, 100);
  process(102, 101, 200);
  has_children(kTop, "101 "), has_children(101, "102 ");
  auto counter = open();
  ended(101), has_children(kTop, "");
  process(kTop, 1, 250, 100);
  process(102, 1, 300);
  EXPECT_EQ(counter.read(at(0.5)), Seconds(6.5));
  ended(102);
  EXPECT_EQ(counter.read(at(1)), Seconds(6.5));
  process(kTop, 1, 350, 100);
  EXPECT_EQ(counter.read(at(1.5)), Seconds(7.5)) << "its 3 s are held, not used up by what the others go on to use";
}

TEST_F(TreeCounterTest, ATreeOfManyIsReadWithFewOpenFiles) {
  std::string list;
  for (pid_t id = 200; id < 300; ++id) process(id, kTop, 1), list += base::format("{} ", id);
  has_children(kTop, list);
  const auto before = files_.list("/proc/self/fd")->size();
  auto counter = open();
  EXPECT_LE(files_.list("/proc/self/fd")->size(), before + 17);
  EXPECT_NEAR(counter.read(at(0)).value(), 3.5, 1e-9);
  process(299, kTop, 51);
  EXPECT_NEAR(counter.read(at(0.1)).value(), 4.0, 1e-9);
  process(299, 1, 90000, 0, 9000);
  EXPECT_NEAR(counter.read(at(0.2)).value(), 4.0, 1e-9) << "its number is another's now";
}

TEST_F(TreeCounterTest, OfThisMachineAChildThatIsMadeNowIsFound) {
  auto& host = world_.host();
  auto in = *host.processes.pipe(), out = *host.processes.pipe();
  SpawnSpec spec;
  spec.program = "/bin/sh";
  spec.arguments = {"-c", "read line; sleep 1000 & echo $!; wait"};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  spec.descriptors = {{0, in.read.get()}, {1, out.write.get()}};
  spec.group = SpawnSpec::Group::own;
  auto shell = *host.processes.spawn(spec);

  NewProcesses news(files_, Root());
  auto counter = TreeCounter::open(files_, Root(), shell->pid(), news, at(0));
  ASSERT_TRUE(counter) << counter.error().text();
  EXPECT_THAT(members(*counter), ElementsAre(shell->pid()));
  ASSERT_EQ(::write(in.write.get(), "\n", 1), 1);
  char text[32]{};
  ASSERT_GT(::read(out.read.get(), text, sizeof text - 1), 0);
  (void)counter->read(at(1));
  EXPECT_THAT(members(*counter), Contains(std::atoi(text)));
  EXPECT_TRUE(shell->signal_group(SIGKILL));
  EXPECT_TRUE(shell->wait());
  (void)counter->read(at(2));
  EXPECT_THAT(members(*counter), testing::Not(Contains(shell->pid())));
}

TEST(CpuClock, TellsTheTimeOfAProcessUntilItIsNoMore) {
  const auto before = cpu_clock(::getpid());
  ASSERT_TRUE(before);
  while (*cpu_clock(::getpid()) == *before) continue;  // it rises by nanoseconds: at once
  TestWorld world;
  SpawnSpec spec;
  spec.program = "/bin/true";
  auto child = *world.host().processes.spawn(spec);
  ASSERT_TRUE(child->wait());
  EXPECT_EQ(cpu_clock(child->pid()), std::nullopt);
  for (const pid_t none : {0, -1}) EXPECT_EQ(cpu_clock(none), std::nullopt);
}

TEST(ProcessStat, ALineThatIsCutOrIsNoneIsRefused) {
  const std::string good = "7 (x) S 4 1 1 0 -1 1 0 0 0 0 1 2 3 4 20 0 1 0 99 0\n";
  const auto stat = parse_process_stat(good);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->parent, 4);
  EXPECT_EQ(stat->own, Seconds(0.03));
  EXPECT_EQ(stat->of_children, Seconds(0.07));
  EXPECT_EQ(stat->start_ticks, 99u);
  for (std::size_t size = 0; size < good.find("99"); ++size) EXPECT_FALSE(parse_process_stat(good.substr(0, size)));
  for (const auto* bad : {"", "7", "7 (x)", "7 (x) S four", ")))))"}) EXPECT_FALSE(parse_process_stat(bad)) << bad;
}

}  // namespace
}  // namespace os
