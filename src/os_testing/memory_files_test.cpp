#include "os_testing/memory_files.h"

#include <gmock/gmock.h>

namespace os_testing {
namespace {

using testing::ElementsAre;

TEST(MemoryFiles, AreATreeWrittenAsOneText) {
  MemoryFiles files("before\n@/proc/stat\ncpu 1\ncpu0 1\n@/proc/7/comm\nx\n@/../y\nlost\n@/empty\n");
  EXPECT_EQ(*files.read("/proc/stat"), "cpu 1\ncpu0 1\n");
  EXPECT_EQ(*files.read("/empty"), "");
  EXPECT_THAT(*files.list("/"), ElementsAre("empty", "proc"));
  EXPECT_THAT(*files.list("/proc"), ElementsAre("7", "stat"));
  EXPECT_EQ(files.status("/proc/7")->kind, os::FileStatus::Kind::folder);
  EXPECT_EQ(files.read("/proc/7").error().kind(), base::ErrorKind::absent);
  EXPECT_EQ(files.read("/proc/stat", 3).error().kind(), base::ErrorKind::failed);
}

TEST(MemoryFiles, AreReadAnewThroughAHeldFile) {
  MemoryFiles files("@/a\n1\n");
  const auto held = *files.hold("/a");
  files.add("@/a\n22\n");
  char text[8];
  ASSERT_EQ(*held->read(text, sizeof text), 3u);
  EXPECT_EQ(std::string_view(text, 3), "22\n");
  ASSERT_TRUE(files.remove("/a"));
  EXPECT_FALSE(held->read(text, sizeof text));
}

TEST(MemoryFiles, AreMovedAndRemovedAsATree) {
  MemoryFiles files("@/a/b\n1\n@/a/c/d\n2\n@/ab\n3\n", "/top");
  ASSERT_TRUE(files.rename("/top/a/b", "/top/e"));
  EXPECT_EQ(*files.read("/top/e"), "1\n");
  ASSERT_TRUE(files.remove_tree("/top/a"));
  EXPECT_THAT(*files.list("/top"), ElementsAre("ab", "e"));
  EXPECT_FALSE(files.write_in_place("/top/a/b", ""));
}

}  // namespace
}  // namespace os_testing
