#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace base {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Text, SplitKeepsEmptyPartsAndWordsDoNot) {
  EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(words("  a \t b\n"), ElementsAre("a", "b"));
  EXPECT_THAT(words(" \n"), IsEmpty());
}

TEST(Text, NumbersAreReadWholeOrNotAtAll) {
  EXPECT_EQ(to_int("-12"), -12);
  EXPECT_EQ(to_double("1e3"), 1000.0);
  for (const char* bad : {"", "12x", " 12", "+1", "0x10"}) EXPECT_FALSE(to_int(bad)) << bad;
  for (const char* bad : {"", "nan", "inf", "1.0 ", "1e999"}) EXPECT_FALSE(to_double(bad)) << bad;
}

TEST(Text, NearestNamesComeFirstAndFarOnesNotAtAll) {
  const std::vector<std::string> names{"1080p30-h264", "1080p60-h264", "720p30-av1"};
  EXPECT_THAT(nearest("1080p30-h246", names), ElementsAre("1080p30-h264", "1080p60-h264"));
  EXPECT_THAT(nearest("banana", names), IsEmpty());
  EXPECT_EQ(did_you_mean("720p30-av2", names), " Did you mean '720p30-av1'?");
}

TEST(Text, PrintedCommandsCanBePastedIntoAShell) {
  const std::vector<std::string> arguments{"ffmpeg", "-i", "my film.mp4", "it's", ""};
  EXPECT_EQ(shell_join(arguments), "ffmpeg -i 'my film.mp4' 'it'\\''s' ''");
}

TEST(Text, TailNeverCutsACharacterInHalf) {
  EXPECT_EQ(tail("one\ntwo\nthree\n", 2, 100), "two\nthree");
  EXPECT_EQ(tail("xéy", 9, 2), "y");
}

}  // namespace
}  // namespace base
