#include "simulation/disk.h"

#include <errno.h>

#include "simulation/disk_for_tests.h"

namespace simulation {
namespace {

using testing::IsEmpty;

TEST_F(DiskTest, IsATreeOfFilesAndFolders) {
  EXPECT_EQ(disk_.make_folder("/a", 0700), 0);
  EXPECT_EQ(disk_.make_folder("/a", 0700), EEXIST);
  EXPECT_EQ(disk_.make_folder("/none/b", 0700), ENOENT);
  const auto file = made("/a/b");
  EXPECT_EQ(disk_.write(*file, 0, "hello"), 0);
  EXPECT_EQ(disk_.write(*file, 7, "there"), 0);
  EXPECT_EQ(text("/a/b"), std::string("hello\0\0there", 12));
  EXPECT_EQ(disk_.truncate(*file, 3), 0);
  EXPECT_EQ(text("//a/./../a/b"), "hel");
  EXPECT_EQ(disk_.create("/a/b", Disk::Create::only_new, 0600).error, EEXIST);
  EXPECT_EQ(disk_.create("/a", Disk::Create::if_absent, 0600).error, EISDIR);
  EXPECT_EQ(disk_.create("/a/b/c", Disk::Create::if_absent, 0600).error, ENOTDIR);
  EXPECT_EQ(disk_.create("/a/" + std::string(256, 'n'), Disk::Create::if_absent, 0600).error, ENAMETOOLONG);
  EXPECT_EQ(disk_.find("/a/b/").error, ENOTDIR);
  EXPECT_EQ(disk_.remove("/a"), ENOTEMPTY);
  EXPECT_EQ(disk_.remove("/a/b"), 0);
  EXPECT_EQ(disk_.remove("/a/b"), ENOENT);
  EXPECT_EQ(disk_.write(*file, 3, "p"), 0) << "whoever has it open goes on";
  EXPECT_EQ(file->content.bytes(), "help");
  EXPECT_EQ(disk_.remove("/a"), 0);
  EXPECT_THAT(names("/"), IsEmpty());
}

TEST_F(DiskTest, MovesAsRenameDoes) {
  disk_.put("/a/file", "1");
  disk_.put("/b/other", "2");
  disk_.put("/c/d/e", "3");
  EXPECT_EQ(disk_.rename("/a/none", "/a/x"), ENOENT);
  EXPECT_EQ(disk_.rename("/a/file", "/b"), EISDIR);
  EXPECT_EQ(disk_.rename("/a", "/b/other"), ENOTDIR);
  EXPECT_EQ(disk_.rename("/a", "/b"), ENOTEMPTY);
  EXPECT_EQ(disk_.rename("/c", "/c/d/c"), EINVAL);
  EXPECT_EQ(disk_.rename("/a/file", "/a/file"), 0);
  EXPECT_EQ(disk_.rename("/a/file", "/b/other"), 0);
  EXPECT_EQ(text("/b/other"), "1");
  EXPECT_THAT(names("/a"), IsEmpty());
  EXPECT_EQ(disk_.rename("/c", "/a"), 0) << "an empty folder may be replaced";
  EXPECT_EQ(text("/a/d/e"), "3");
}

TEST_F(DiskTest, TellsWhenAFileWasChanged) {
  const auto file = made("/a");
  clock_.advance(units::Seconds(5));
  disk_.write(*file, 0, "x");
  EXPECT_EQ(file->changed, clock_.wall());
}

TEST_F(DiskTest, HasNoRoomForWhatGrowsWhenItIsFull) {
  const auto file = durable("/a", "x");
  disk_.set_capacity(0);
  EXPECT_EQ(disk_.write(*file, 0, "y"), 0) << "in place";
  EXPECT_EQ(disk_.write(*file, 1, "y"), 0) << "within a block that it has";
  EXPECT_EQ(disk_.write(*file, Disk::block, "y"), ENOSPC);
  EXPECT_EQ(disk_.create("/b", Disk::Create::if_absent, 0600).error, ENOSPC);
  EXPECT_EQ(disk_.make_folder("/b", 0700), ENOSPC);
  EXPECT_EQ(disk_.write(*disk_.create_nameless(), 0, "y"), ENOSPC);
  EXPECT_EQ(disk_.rename("/a", "/c"), 0);
  EXPECT_EQ(disk_.sync(*file), 0);
  EXPECT_EQ(disk_.truncate(*file, 0), 0);
  EXPECT_EQ(disk_.remove("/c"), 0);
  disk_.set_capacity(Disk::unlimited);
  EXPECT_EQ(disk_.make_folder("/b", 0700), 0);
}

TEST_F(DiskTest, WritesAPartWhereTheRoomEndsWithin) {
  const auto file = durable("/a", "x");
  disk_.set_capacity(disk_.used() + Disk::block);
  EXPECT_EQ(disk_.write(*file, 0, std::string(5 * Disk::block, 'y')), ENOSPC);
  EXPECT_EQ(text("/a"), std::string(2 * Disk::block, 'y'));
  EXPECT_FALSE(disk_.has_room(1));
}

TEST_F(DiskTest, CountsWhatIsUsedAgainAfterALossOfPower) {
  const auto empty = disk_.used();
  disk_.put("/a/b", std::string(Disk::block + 1, 'x'));
  EXPECT_EQ(disk_.used(), empty + 4 * Disk::block) << "a folder, a file and its two blocks";
  disk_.put("/a/b", "x");
  EXPECT_EQ(disk_.used(), empty + 3 * Disk::block);
  os_testing::SeededRandom random;
  disk_.rename("/a/b", "/b");
  disk_.lose_power(random);
  disk_.remove("/b");
  disk_.remove("/a/b");
  disk_.remove("/a");
  EXPECT_EQ(disk_.used(), empty);
}

TEST_F(DiskTest, FailsTheNthStepOfItsKind) {
  const auto file = made("/a");
  disk_.fail(Disk::Step::write, 2, EIO);
  EXPECT_EQ(disk_.write(*file, 0, "1"), 0);
  EXPECT_EQ(disk_.write(*file, 0, "2"), EIO);
  EXPECT_EQ(text("/a"), "1");
  EXPECT_EQ(disk_.write(*file, 0, "3"), 0);
  disk_.fail(Disk::Step::read, 1, EIO, Disk::forever);
  char buffer[1];
  std::size_t got = 0;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(disk_.read(*file, 0, buffer, 1, got), EIO);
  disk_.heal();
  EXPECT_EQ(disk_.read(*file, 0, buffer, 1, got), 0);
  disk_.fail(Disk::Step::name, 1, EROFS, 3);
  EXPECT_EQ(disk_.make_folder("/f", 0700), EROFS);
  EXPECT_EQ(disk_.rename("/a", "/b"), EROFS);
  EXPECT_EQ(disk_.remove("/a"), EROFS);
  EXPECT_EQ(disk_.remove("/a"), 0);
}

}  // namespace
}  // namespace simulation
