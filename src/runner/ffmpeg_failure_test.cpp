// The texts are what FFmpeg 5.1 printed, shortened where they repeat themselves.
#include "runner/ffmpeg_failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runner {
namespace {

using jobs::FailureClass;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kTables = R"(Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'ok.mp4':
  Metadata:
    encoder         : Lavf59.27.100
  Duration: 00:00:02.00, start: 0.000000, bitrate: 275 kb/s
  Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), yuv420p(progressive), 320x240, 25 fps (default)
Stream mapping:
  Stream #0:0 -> #0:0 (h264 (native) -> rawvideo (native))
Output #0, avi, to 'full/a.avi':
)";

struct Case {
  std::string name;
  std::string log;
  FailureClass failure;
  std::string words;
};

const std::vector<Case> kCases = {
    {"a missing input", "missing.mp4: No such file or directory\n", FailureClass::input,
     "missing.mp4: No such file or directory"},
    {"a text file",
     "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d8e08338c0] Format mov,mp4,m4a,3gp,3g2,mj2 detected only with low score of 1, "
     "misdetection possible!\n[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d8e08338c0] moov atom not found\n"
     "t.mp4: Invalid data found when processing input\n",
     FailureClass::input,
     "[mov,mp4,m4a,3gp,3g2,mj2] moov atom not found; t.mp4: Invalid data found when processing input"},
    {"a cut file, with levels",
     "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5573aa6758c0] [error] moov atom not found\n"
     "[error] cut.mp4: Invalid data found when processing input\n",
     FailureClass::input,
     "[mov,mp4,m4a,3gp,3g2,mj2] moov atom not found; cut.mp4: Invalid data found when processing input"},
    {"an unknown encoder", std::string(kTables) + "Unknown encoder 'nope'\n", FailureClass::parameters,
     "Unknown encoder 'nope'"},
    {"an unknown preset",
     "[libx264 @ 0x5602] [error] Error setting preset/tune veryfats/(null).\n"
     "[info] Possible presets: ultrafast superfast veryfast\n"
     "[error] Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 - maybe "
     "incorrect parameters such as bit_rate, rate, width or height\n",
     FailureClass::parameters,
     "Error initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 - maybe incorrect "
     "parameters such as bit_rate, rate, width or height"},
    {"a full disk",
     std::string(kTables) +
         "frame=    1 fps=0.0 q=0.0 size=       6kB time=00:00:00.00 bitrate=N/A speed=   0x    "
         "av_interleaved_write_frame(): No space left on device\n    Last message repeated 2 times\n"
         "Error writing trailer of full/a.avi: No space left on device\n"
         "frame=    5 fps=0.0 q=-0.0 Lsize=      64kB time=00:00:00.20 bitrate=2621.4kbits/s speed=45.2x    \n"
         "video:562kB audio:0kB subtitle:0kB other streams:0kB global headers:0kB muxing overhead: unknown\n"
         "Error closing file full/a.avi: No space left on device\nConversion failed!\n",
     FailureClass::node,
     "av_interleaved_write_frame(): No space left on device; Error writing trailer of full/a.avi: No space left on "
     "device; Error closing file full/a.avi: No space left on device"},
    {"nobody listening",
     std::string(kTables) +
         "[tcp @ 0x56167e57fe00] Connection to tcp://127.0.0.1:1?tcp_nodelay=0 failed: Connection refused\n"
         "[rtmp @ 0x56167e57e980] Cannot open connection tcp://127.0.0.1:1?tcp_nodelay=0\n"
         "rtmp://127.0.0.1:1/live/x: Connection refused\n",
     FailureClass::transient,
     "[tcp] Connection to tcp://127.0.0.1:1?tcp_nodelay=0 failed: Connection refused; [rtmp] Cannot open connection "
     "tcp://127.0.0.1:1?tcp_nodelay=0; rtmp://127.0.0.1:1/live/x: Connection refused"},
    {"a reader that went away",
     "frame=    1 fps=0.0 q=0.0 size=       0kB time=00:00:00.00 bitrate=N/A speed=   0x    "
     "av_interleaved_write_frame(): Broken pipe\n    Last message repeated 2 times\n"
     "Error writing trailer of pipe:1: Broken pipe\nConversion failed!\n",
     FailureClass::transient,
     "av_interleaved_write_frame(): Broken pipe; Error writing trailer of pipe:1: Broken pipe"},
    {"words that nobody knows yet", "Something entirely new happened\nConversion failed!\n", FailureClass::internal,
     "Something entirely new happened"},
    {"silence", "", FailureClass::internal, ""},
};

TEST(FfmpegFailure, IsClassedByFfmpegsOwnWords) {
  for (const auto& c : kCases) EXPECT_EQ(failure_of_ffmpeg(c.log), c.failure) << c.name;
}

TEST(FfmpegFailure, IsToldInFfmpegsOwnWordsWithoutItsNoise) {
  for (const auto& c : kCases) EXPECT_EQ(ffmpeg_words(c.log), c.words) << c.name;
}

TEST(FfmpegFailure, AFullDiskIsTheNodesFaultEvenWhereBadDataFollows) {
  EXPECT_EQ(failure_of_ffmpeg("Invalid data found when processing input\nUnable to parse option value\n"
                              "av_interleaved_write_frame(): No space left on device\n"),
            FailureClass::node);
}

TEST(FfmpegFailure, SaysAtMostThreeLines) {
  std::string log;
  for (int i = 0; i < 50; ++i) log += "out" + std::to_string(i) + ".mp4: Permission denied\n";
  const auto words = ffmpeg_words(log);
  EXPECT_THAT(words, HasSubstr("out49.mp4"));
  EXPECT_THAT(words, Not(HasSubstr("out46.mp4")));
}

TEST(DamageIn, IsFoundAmongWhatFfmpegGoesOnAfter) {
  EXPECT_EQ(damage_in("[h264 @ 0x55d8e0] [error] error while decoding MB 12 3, bytestream -7\nmore\n"),
            "[h264] error while decoding MB 12 3, bytestream -7");
  EXPECT_NE(damage_in("[error] Error while decoding stream #0:0: Invalid data found when processing input"), "");
  EXPECT_EQ(damage_in("[swscaler @ 0x1] [warning] deprecated pixel format used\n"), "");
}

}  // namespace
}  // namespace runner
