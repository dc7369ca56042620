#include "os/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "os/test_support.h"

namespace os {
namespace {

using base::ErrorKind;
using testing::ElementsAre;
using testing::HasSubstr;

class FilesTest : public testing::Test {
 protected:
  TestWorld world_;
  Files& files_ = world_.host().files;
  Path folder_ = world_.folder();
};

TEST_F(FilesTest, AFileWrittenDurablyIsWholeHasItsModeAndLeavesNothingElse) {
  ASSERT_TRUE(files_.write_durably(folder_ / "a", "one", 0600));
  ASSERT_TRUE(files_.write_durably(folder_ / "a", std::string(100'000, 'x'), 0640));
  EXPECT_EQ(files_.read(folder_ / "a")->size(), 100'000u);
  const auto status = files_.status(folder_ / "a");
  EXPECT_EQ(status->mode, 0640u);
  EXPECT_EQ(status->size, 100'000u);
  EXPECT_EQ(status->kind, FileStatus::Kind::file);
  EXPECT_THAT(*files_.list(folder_), ElementsAre("a"));
}

TEST_F(FilesTest, ADurableWriteThatFailsLeavesTheOldContentAndNoTemporaryFile) {
  world_.write("a/inside", "x");  // a folder cannot be replaced by a file
  const auto written = files_.write_durably(folder_ / "a", "new");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().text(), HasSubstr((folder_ / "a").string()));
  EXPECT_THAT(*files_.list(folder_), ElementsAre("a"));
  EXPECT_EQ(files_.write_durably(folder_ / "none/b", "x").error().kind(), ErrorKind::absent);
}

TEST_F(FilesTest, ANameOfFullLengthCanBeWrittenDurably) {
  const auto path = folder_ / std::string(255, 'n');
  ASSERT_TRUE(files_.write_durably(path, "x"));
  EXPECT_EQ(*files_.read(path), "x");
}

TEST_F(FilesTest, AFullDiskIsAFailureThatNamesTheFile) {
  // /dev/full answers every write with ENOSPC.
  const auto written = files_.write_in_place("/dev/full", "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind(), ErrorKind::failed);
  EXPECT_THAT(written.error().text(), HasSubstr("writing /dev/full: No space left on device; free some space there"));
}

TEST_F(FilesTest, WhatIsNotThereIsAbsentAndNamed) {
  const auto gone = folder_ / "gone";
  for (const auto& error :
       {files_.read(gone).error(), files_.list(gone).error(), files_.status(gone).error(), files_.hold(gone).error(),
        files_.write_in_place(gone, "x").error(), files_.sync_file(gone).error(), files_.real_path(gone).error(),
        files_.link_target(gone).error(), files_.rename(gone, folder_ / "b").error()}) {
    EXPECT_EQ(error.kind(), ErrorKind::absent) << error.text();
    EXPECT_THAT(error.text(), HasSubstr(gone.string()));
  }
  EXPECT_FALSE(files_.exists(gone));
  EXPECT_TRUE(files_.remove(gone));
  EXPECT_TRUE(files_.remove_tree(gone));
}

TEST_F(FilesTest, AFileWithoutRightsNamesOwnerAndMode) {
  const Unprivileged scope(folder_);
  const auto path = world_.write("secret", "x");
  ::chmod(path.c_str(), 0);
  const auto text = files_.read(path);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind(), ErrorKind::denied);
  EXPECT_THAT(text.error().text(), HasSubstr("mode 0000; this process is user"));
}

TEST_F(FilesTest, AFolderThatTakesNoFileOfOursIsDeniedWithItsOwnerAndMode) {
  const Unprivileged scope(folder_);
  const auto closed = folder_ / "closed";
  ASSERT_TRUE(files_.make_folders(closed, 0500));
  for (const auto& error :
       {files_.lock(closed / "lock", Files::Wait::no).error(), files_.write_durably(closed / "file", "x").error(),
        files_.make_folders(closed / "below").error()}) {
    EXPECT_EQ(error.kind(), ErrorKind::denied) << error.text();
    EXPECT_THAT(error.text(), HasSubstr("mode 0500 of the folder " + closed.string()));
  }
}

TEST_F(FilesTest, ReadingStopsAtTheLimit) {
  const auto path = world_.write("big", std::string(1000, 'x'));
  EXPECT_TRUE(files_.read(path, 1000));
  EXPECT_THAT(files_.read(path, 999).error().text(), HasSubstr("larger than 999 bytes"));
  EXPECT_FALSE(files_.read("/dev/zero", 1000));
}

TEST_F(FilesTest, FilesOfTheKernelThatSayTheyAreEmptyAreReadWhole) {
  EXPECT_EQ(files_.status("/proc/self/stat")->size, 0u);
  EXPECT_FALSE(files_.read("/proc/self/stat")->empty());
}

TEST_F(FilesTest, AHeldFileGivesTheNewestContentFromItsStart) {
  const auto path = world_.write("counter", "1");
  const auto held = *files_.hold(path);
  char buffer[8];
  EXPECT_EQ(*held->read(buffer, sizeof buffer), 1u);
  ASSERT_TRUE(files_.write_in_place(path, "234"));
  EXPECT_EQ(*held->read(buffer, sizeof buffer), 3u);
  EXPECT_EQ(std::string_view(buffer, 3), "234");
}

TEST_F(FilesTest, FoldersAreMadeWithTheirParentsAndTwice) {
  EXPECT_TRUE(files_.make_folders(folder_ / "a/b/c", 0750));
  EXPECT_TRUE(files_.make_folders(folder_ / "a/b/c", 0750));
  EXPECT_EQ(files_.status(folder_ / "a/b/c")->kind, FileStatus::Kind::folder);
  EXPECT_TRUE(files_.ensure_folders(folder_ / "a/b/c", 0750));
  EXPECT_TRUE(files_.ensure_folders(folder_ / "d/e", 0750));
  EXPECT_EQ(files_.status(folder_ / "d/e")->mode, 0750u);
  world_.write("file", "x");
  EXPECT_FALSE(files_.make_folders(folder_ / "file/below"));
  EXPECT_FALSE(files_.ensure_folders(folder_ / "file/below"));
  const auto one = files_.make_unique_folder(folder_, "run-"), two = files_.make_unique_folder(folder_, "run-");
  EXPECT_NE(*one, *two);
  EXPECT_EQ(files_.status(*one)->mode, 0700u);
}

TEST_F(FilesTest, RemovingATreeDoesNotFollowLinks) {
  const auto kept = world_.write("kept/file", "x");
  ASSERT_TRUE(files_.make_folders(folder_ / "tree"));
  std::filesystem::create_symlink(folder_ / "kept", folder_ / "tree/link");
  EXPECT_FALSE(files_.remove(folder_ / "tree"));
  EXPECT_TRUE(files_.remove_tree(folder_ / "tree"));
  EXPECT_FALSE(files_.exists(folder_ / "tree"));
  EXPECT_TRUE(files_.exists(kept));
}

TEST_F(FilesTest, LinksAreReadOneStepOrToTheirEnd) {
  const auto file = world_.write("file", "x");
  std::filesystem::create_symlink("file", folder_ / "one");
  std::filesystem::create_symlink("one", folder_ / "two");
  EXPECT_EQ(*files_.link_target(folder_ / "two"), Path("one"));
  EXPECT_EQ(*files_.real_path(folder_ / "two"), *files_.real_path(file));
}

TEST_F(FilesTest, OnlyAFolderThatTakesNewFilesIsWritable) {
  EXPECT_TRUE(files_.writable_folder(folder_));
  EXPECT_FALSE(files_.writable_folder(folder_ / "none"));
  EXPECT_FALSE(files_.writable_folder(world_.write("file", "x")));
  EXPECT_FALSE(files_.writable_folder("/proc/self/fdinfo/none"));
}

TEST_F(FilesTest, TheSpaceOfAFolderIsThatOfItsFileSystem) {
  const auto space = files_.space(folder_);
  ASSERT_TRUE(space) << space.error().text();
  EXPECT_GT(space->size, units::Bytes(0));
  EXPECT_LE(space->free, space->size);
  EXPECT_EQ(files_.space(folder_ / "none").error().kind(), base::ErrorKind::absent);
}

TEST_F(FilesTest, ALockIsHeldByOneUntilItIsLetGo) {
  const auto path = folder_ / "lock";
  auto first = files_.lock(path, Files::Wait::no);
  ASSERT_TRUE(first);
  const auto second = files_.lock(path, Files::Wait::no);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind(), ErrorKind::retry);
  EXPECT_THAT(second.error().text(), HasSubstr("another process holds it"));

  std::atomic<bool> let_go = false;
  std::thread waiter([&] {
    const auto third = files_.lock(path, Files::Wait::yes);
    EXPECT_TRUE(third);
    EXPECT_TRUE(let_go);
  });
  let_go = true;
  first->reset();
  waiter.join();
}

TEST_F(FilesTest, ALockOnAFileThatWasReplacedIsTakenOnTheNewOne) {
  const auto path = folder_ / "lock";
  const auto first = files_.lock(path, Files::Wait::no);
  ASSERT_TRUE(files_.remove(path));
  const auto second = files_.lock(path, Files::Wait::no);
  ASSERT_TRUE(second);
  EXPECT_FALSE(files_.lock(path, Files::Wait::no));
}

}  // namespace
}  // namespace os
