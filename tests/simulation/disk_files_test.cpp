#include "simulation/disk_files.h"

#include <errno.h>
#include <gmock/gmock.h>

#include <set>

#include "base/scope_guard.h"
#include "os_testing/manual_clock.h"
#include "os_testing/seeded_random.h"
#include "simulation/machine_for_tests.h"

namespace simulation {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class DiskFilesTest : public testing::Test {
 protected:
  DiskFilesTest() {
    files_.before = [this](std::string_view operation, const os::Path& path) {
      steps_.push_back(std::string(operation) + " " + path.string());
    };
  }
  os_testing::ManualClock clock_;
  Disk disk_{clock_};
  DiskFiles files_{disk_};
  std::vector<std::string> steps_;
};

TEST_F(DiskFilesTest, WritesDurablyInTheStepsOfTheRealOne) {
  disk_.put("/spool/a", "old");
  ASSERT_TRUE(files_.write_durably("/spool/a", "new", 0600));
  EXPECT_THAT(steps_, ElementsAre("create /spool/.a.000001", "write /spool/.a.000001", "chmod /spool/.a.000001",
                                  "sync /spool/.a.000001", "rename /spool/a", "sync folder /spool"));
  EXPECT_EQ(*files_.read("/spool/a"), "new");
  EXPECT_EQ(files_.status("/spool/a")->mode, 0600u);
  EXPECT_THAT(*files_.list("/spool"), ElementsAre("a"));
  const std::string longest(255, 'n');
  EXPECT_TRUE(files_.write_durably("/spool/" + longest, "x"));
}

TEST_F(DiskFilesTest, HasTheOldOrTheNewContentWhereverThePowerIsLostInADurableWrite) {
  const std::string before(3000, 'o'), after(4000, 'n');
  std::set<std::string> seen;
  int steps = 0;
  for (bool done = false; !done; ++steps) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      Disk disk(clock_);
      disk.put("/spool/a", before);
      {
        DiskFiles files(disk);
        files.before = at_step(steps + 1);
        try {
          done = files.write_durably("/spool/a", after).ok();
        } catch (const Killed&) {
        }
      }
      os_testing::SeededRandom random(seed);
      disk.lose_power(random);
      DiskFiles files(disk);
      const auto text = files.read("/spool/a");
      ASSERT_TRUE(text) << text.error().text() << " killed before step " << steps + 1 << ", seed " << seed;
      ASSERT_TRUE(*text == before || *text == after) << "killed before step " << steps + 1 << ", seed " << seed;
      ASSERT_TRUE(!done || *text == after) << "it was acknowledged; seed " << seed;
      seen.insert(*text);
    }
  }
  EXPECT_EQ(steps, 7) << "six steps, and once none";
  EXPECT_THAT(seen, SizeIs(2));
}

TEST_F(DiskFilesTest, FindsALossWhereTheDiskOnlySaysThatItSyncs) {
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Disk disk(clock_);
    disk.put("/a", "old");
    disk.set_syncs(Disk::Syncs::ignored);
    DiskFiles files(disk);
    ASSERT_TRUE(files.write_durably("/a", std::string(3000, 'n')));
    os_testing::SeededRandom random(seed);
    disk.lose_power(random);
    lost += DiskFiles(disk).read("/a").value_or("") != std::string(3000, 'n');
  }
  EXPECT_GT(lost, 10);
}

TEST_F(DiskFilesTest, ADurableWriteThatFailsLeavesTheOldContentAndNoTemporaryFile) {
  disk_.put("/a", "old");
  disk_.put("/folder/inside", "");
  const auto fails = [&](const char* part) {
    const auto failed = files_.write_durably("/a", std::string(9000, 'n'));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind(), ErrorKind::failed);
    EXPECT_THAT(failed.error().text(), HasSubstr(part));
    EXPECT_EQ(*files_.read("/a"), "old");
    EXPECT_THAT(*files_.list("/"), ElementsAre("a", "folder"));
  };
  disk_.fail(Disk::Step::write, 1, EIO);
  fails("writing /a: Input/output error");
  disk_.fail(Disk::Step::sync, 1, EIO);
  fails("syncing /a: Input/output error");
  disk_.set_capacity(disk_.used() + 2 * Disk::block);
  fails("writing /a: No space left on device; free some space there");
  disk_.set_capacity(Disk::unlimited);
  EXPECT_FALSE(files_.write_durably("/folder", "x"));
  EXPECT_EQ(files_.write_durably("/none/b", "x").error().kind(), ErrorKind::absent);
  EXPECT_THAT(*files_.list("/"), ElementsAre("a", "folder"));
  EXPECT_TRUE(files_.write_durably("/a", std::string(9000, 'n'))) << "there is room again";
}

TEST_F(DiskFilesTest, AProcessThatWasKilledLeavesItsTemporaryFileAndDoesNothingMore) {
  disk_.put("/a", "old");
  const auto lock = files_.lock("/lock", os::Files::Wait::no);
  ASSERT_TRUE(lock);
  files_.before = at_step(5);
  bool tidied = false;
  try {
    base::OnExit tidy([&] {
      tidied = true;
      EXPECT_FALSE(files_.remove("/a"));
      EXPECT_FALSE(files_.write_durably("/a", "tidied"));
      EXPECT_FALSE(files_.write_in_place("/a", "tidied"));
      EXPECT_FALSE(files_.read("/a"));
    });
    EXPECT_FALSE(files_.write_durably("/a", "new"));
  } catch (const Killed&) {
  }
  EXPECT_TRUE(tidied);
  EXPECT_TRUE(files_.killed());
  DiskFiles next(disk_);
  EXPECT_EQ(*next.read("/a"), "old");
  EXPECT_EQ(*next.read("/.a.000001"), "new") << "kill -9 loses nothing that was written";
  EXPECT_TRUE(next.lock("/lock", os::Files::Wait::no)) << "its locks are free";
}

TEST_F(DiskFilesTest, LocksAgainstEverybodyUntilTheLockOrTheProcessIsGone) {
  DiskFiles other(disk_);
  auto held = files_.lock("/lock", os::Files::Wait::no);
  ASSERT_TRUE(held);
  for (auto* process : {&files_, &other}) {
    const auto refused = process->lock("/lock", os::Files::Wait::no);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::retry);
    EXPECT_EQ(refused.error().text(), "locking /lock: another process holds it");
  }
  held = base::Error::absent("let go");
  {
    DiskFiles third(disk_);
    auto lock = third.lock("/lock", os::Files::Wait::no);
    ASSERT_TRUE(lock);
    EXPECT_FALSE(other.lock("/lock", os::Files::Wait::no));
    third.kill();
    auto taken = other.lock("/lock", os::Files::Wait::no);
    ASSERT_TRUE(taken);
    lock = base::Error::absent("of a dead process");
    EXPECT_FALSE(files_.lock("/lock", os::Files::Wait::no)) << "the lock of another one stays";
  }
  EXPECT_TRUE(files_.lock("/lock", os::Files::Wait::no));
}

TEST_F(DiskFilesTest, ReadsListsAndLooksLikeTheRealOne) {
  disk_.put("/a/b", "text");
  EXPECT_EQ(files_.read("/a/b", 3).error().text(), "reading /a/b: larger than 3 bytes");
  EXPECT_EQ(files_.read("/a/c").error().text(), "reading /a/c: No such file or directory");
  EXPECT_EQ(files_.read("/a/c").error().kind(), ErrorKind::absent);
  EXPECT_EQ(files_.read("/a").error().text(), "reading /a: Is a directory");
  EXPECT_EQ(files_.list("/a/b").error().text(), "listing /a/b: Not a directory");
  EXPECT_EQ(files_.status("/a")->kind, os::FileStatus::Kind::folder);
  EXPECT_EQ(files_.status("/a/b")->size, 4u);
  EXPECT_FALSE(files_.link_target("/a/b"));
  EXPECT_EQ(*files_.real_path("/a/../a/./b"), "/a/b");
  EXPECT_TRUE(files_.writable_folder("/a"));
  EXPECT_FALSE(files_.writable_folder("/a/b"));
  const auto held = *files_.hold("/a/b");
  ASSERT_TRUE(files_.write_in_place("/a/b", "22"));
  char text[8];
  EXPECT_EQ(*held->read(text, sizeof text), 2u);
  EXPECT_EQ(files_.write_in_place("/a/none", "").error().kind(), ErrorKind::absent);
}

TEST_F(DiskFilesTest, MakesMovesAndRemovesStepByStep) {
  ASSERT_TRUE(files_.make_folders("/a/b/c"));
  ASSERT_TRUE(files_.make_folders("/a/b"));
  EXPECT_THAT(steps_, ElementsAre("make folder /a", "sync folder /", "make folder /a/b", "sync folder /a",
                                  "make folder /a/b/c", "sync folder /a/b"));
  const auto own = files_.make_unique_folder("/a", "job-"), other = files_.make_unique_folder("/a", "job-");
  ASSERT_TRUE(own && other);
  EXPECT_NE(*own, *other);
  EXPECT_EQ(files_.status(*own)->mode, 0700u);
  EXPECT_EQ(files_.make_unique_folder("/none", "x").error().kind(), ErrorKind::absent);
  ASSERT_TRUE(files_.write_durably(*own / "x", "1"));
  EXPECT_EQ(files_.make_folders(*own / "x" / "y").error().text(),
            "making the folder " + (*own / "x").string() + ": Not a directory");
  ASSERT_TRUE(files_.rename(*own, "/moved"));
  EXPECT_EQ(files_.rename("/none", "/b").error().text(), "renaming /none to /b: No such file or directory");
  EXPECT_FALSE(files_.remove("/moved"));
  EXPECT_TRUE(files_.remove("/none"));
  steps_.clear();
  ASSERT_TRUE(files_.remove_tree("/moved"));
  EXPECT_THAT(steps_, ElementsAre("remove /moved/x", "remove /moved"));
  ASSERT_TRUE(files_.remove_tree("/moved"));
  EXPECT_FALSE(files_.exists("/moved"));
}

TEST_F(DiskFilesTest, EnsuresFoldersWhoseMakerWasKilledAheadOfItsSync) {
  const auto lost_after = [&](base::Result<void> (*make)(DiskFiles&)) {
    int lost = 0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      Disk disk(clock_);
      {
        DiskFiles killed(disk);
        killed.before = at_step(2);
        EXPECT_THROW((void)killed.make_folders("/a/b"), Killed);
      }
      DiskFiles next(disk);
      EXPECT_TRUE(make(next));
      EXPECT_TRUE(next.write_durably("/a/b/c", "x"));
      os_testing::SeededRandom random(seed);
      disk.lose_power(random);
      lost += !DiskFiles(disk).exists("/a/b/c");
    }
    return lost;
  };
  EXPECT_EQ(lost_after([](DiskFiles& files) { return files.ensure_folders("/a/b"); }), 0);
  EXPECT_GT(lost_after([](DiskFiles& files) { return files.make_folders("/a/b"); }), 5);
}

TEST_F(DiskFilesTest, SyncsAFileAndAFolder) {
  disk_.put("/a/b", "old");
  ASSERT_TRUE(files_.write_in_place("/a/b", "new"));
  ASSERT_TRUE(files_.sync_file("/a/b"));
  ASSERT_TRUE(files_.rename("/a/b", "/a/c"));
  ASSERT_TRUE(files_.sync_folder("/a"));
  EXPECT_EQ(files_.sync_folder("/a/c").error().text(), "syncing /a/c: Not a directory");
  for (int seed = 0; seed < 20; ++seed) {
    os_testing::SeededRandom random(static_cast<std::uint64_t>(seed));
    disk_.lose_power(random);
    EXPECT_EQ(*files_.read("/a/c"), "new");
  }
}

TEST_F(DiskFilesTest, SeesTheDiskOfAnotherMachineBelowItsFolder) {
  Disk shared(clock_);
  shared.put("/media/a.mp4", "film");
  DiskFiles one({{"/", &disk_}, {"/nas/", &shared}});
  DiskFiles two({{"/", &disk_}, {"/mnt/nas", &shared}});
  EXPECT_EQ(*one.read("/nas/media/a.mp4"), "film");
  ASSERT_TRUE(two.write_durably("/mnt/nas/media/b.mp4", "cut"));
  EXPECT_THAT(*one.list("/nas/media"), ElementsAre("a.mp4", "b.mp4"));
  EXPECT_FALSE(one.exists("/nasty"));
  EXPECT_THAT(one.rename("/nas/media/a.mp4", "/a.mp4").error().text(), HasSubstr("cross-device"));
  EXPECT_THAT(*one.list("/"), IsEmpty());
  const auto lock = one.lock("/nas/lock", os::Files::Wait::no);
  ASSERT_TRUE(lock);
  EXPECT_EQ(two.lock("/mnt/nas/lock", os::Files::Wait::no).error().kind(), ErrorKind::retry);
}

}  // namespace
}  // namespace simulation
