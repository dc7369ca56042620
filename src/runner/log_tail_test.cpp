#include "runner/log_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os_testing/temporary_folder.h"

namespace runner {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

std::string tail_of(std::string_view text) {
  LogTail tail;
  tail.add(text);
  return tail.text();
}

TEST(LogTail, KeepsTheLastFortyLines) {
  LogTail tail;
  for (int i = 1; i <= 100; ++i) tail.add("line " + std::to_string(i) + "\n");
  const auto text = tail.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 39);
  EXPECT_TRUE(text.starts_with("line 61\n"));
  EXPECT_THAT(text, EndsWith("line 100"));
}

TEST(LogTail, IsBoundedWhateverComes) {
  LogTail tail;
  for (int i = 0; i < 100; ++i) tail.add(std::string(100'000, 'x'));
  EXPECT_THAT(tail.text(), SizeIs(kLogBytes));
}

TEST(LogTail, AStatusLineDrawnOverAndOverAppearsOnceInItsLastForm) {
  EXPECT_EQ(tail_of("start\nframe= 1\rframe= 2\rframe= 3\r\nend\r\n"), "start\nframe= 3\nend");
}

TEST(LogTail, ChunksMayCutAnywhere) {
  LogTail tail;
  for (const char c : std::string("grün\nrot")) tail.add(std::string_view(&c, 1));
  EXPECT_EQ(tail.text(), "grün\nrot");
}

TEST(LogTail, WhatIsNoTextBecomesHarmless) {
  EXPECT_EQ(tail_of("a\x1b[31mb"), "a [31mb");
  EXPECT_EQ(tail_of("caf\xe9.mp4"), "caf?.mp4");
  EXPECT_EQ(tail_of("\xc2\x9b"
                    "31m"),
            " 31m");                          // C1: CSI
  EXPECT_EQ(tail_of("\xed\xa0\x80"), "???");  // a surrogate
  EXPECT_EQ(tail_of("\xf0\x9f\x8e\xac ok"), "\xf0\x9f\x8e\xac ok");
  EXPECT_EQ(tail_of(std::string_view("a\0b", 3)), "a b");
}

TEST(LogTail, TheCopyHoldsEverythingAndGrowsBehindWhatWasThere) {
  const os_testing::TemporaryFolder folder;
  const auto file = folder.write("log", "before\n");
  {
    LogTail tail;
    ASSERT_TRUE(tail.copy_to(file).ok());
    for (int i = 0; i < 1000; ++i) tail.add("0123456789\n");
  }
  EXPECT_THAT(folder.read("log"), SizeIs(7 + 11'000));
}

TEST(LogTail, ACopyThatCannotBeOpenedIsAnErrorWithItsName) {
  LogTail tail;
  const auto result = tail.copy_to("/nowhere/at/all.log");
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().text(), HasSubstr("/nowhere/at/all.log"));
}

TEST(LogTail, AFullDiskIsToldAndTheTailGoesOn) {
  LogTail tail;
  ASSERT_TRUE(tail.copy_to("/dev/full").ok());
  tail.add("one\n");
  tail.add("two\n");
  EXPECT_EQ(tail.text(), "one\ntwo");
  ASSERT_TRUE(tail.copy_fault());
  EXPECT_THAT(*tail.copy_fault(), HasSubstr("No space left on device"));
}

}  // namespace
}  // namespace runner
