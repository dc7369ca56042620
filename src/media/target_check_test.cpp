// What a path may look like, and what it may not be taken for.
#include "media/target_check.h"

#include <gmock/gmock.h>
#include <stdio.h>

#include "base/text.h"

namespace media {
namespace {

TEST(PathFault, NoProtocolOfTheInstalledFfmpegIsARoot) {
  FILE* const ffmpeg = ::popen("ffmpeg -hide_banner -protocols 2>/dev/null", "r");
  ASSERT_NE(ffmpeg, nullptr);
  std::string text(1 << 16, '\0');
  text.resize(::fread(text.data(), 1, text.size(), ffmpeg));
  ASSERT_EQ(::pclose(ffmpeg), 0);
  int protocols = 0;
  for (const auto word : base::words(text)) {
    if (word.ends_with(':') || word == "Supported") continue;
    EXPECT_TRUE(path_fault(std::string(word) + ":/a.mp4")) << word;
    ++protocols;
  }
  EXPECT_GT(protocols, 20) << text;
}

TEST(PathFault, OtherNamesAre) {
  EXPECT_FALSE(path_fault("media:/a.mp4"));
  EXPECT_FALSE(path_fault("film-archive_2:/a/b.mp4"));
  EXPECT_TRUE(path_fault("CONCAT:/a.mp4")) << "ffmpeg's names are small, but who reads it next?";
}

}  // namespace
}  // namespace media
