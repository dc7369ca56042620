#include "media/progress.h"

#include <gtest/gtest.h>

#include <random>

namespace media {
namespace {

constexpr std::string_view two_blocks =
    "frame=1\nfps=0.00\nstream_0_0_q=0.0\nbitrate=N/A\ntotal_size=48\nout_time_us=0\nout_time_ms=0\n"
    "out_time=00:00:00.000000\ndup_frames=0\ndrop_frames=0\nspeed=N/A\nprogress=continue\n"
    "frame=60\nfps=322.50\nstream_0_0_q=-1.0\nbitrate=1933.8kbits/s\ntotal_size=475403\nout_time_us=1966732\n"
    "out_time_ms=1966732\nout_time=00:00:01.966732\ndup_frames=3\ndrop_frames=2\nspeed=32.8x\nprogress=end\n";

Progress parsed(std::string_view text) {
  ProgressParser parser;
  parser.feed(text);
  return parser.latest();
}

TEST(ProgressParser, ReadsEveryFieldOfABlock) {
  const Progress progress = parsed(two_blocks);
  EXPECT_EQ(progress.frames, 60);
  EXPECT_DOUBLE_EQ(progress.rate.value(), 322.5);
  EXPECT_DOUBLE_EQ(progress.bitrate.value(), 1'933'800);
  EXPECT_DOUBLE_EQ(progress.bytes.value(), 475'403);
  EXPECT_DOUBLE_EQ(progress.media_time.value(), 1.966732);
  EXPECT_DOUBLE_EQ(progress.speed, 32.8);
  EXPECT_EQ(progress.duplicated, 3);
  EXPECT_EQ(progress.dropped, 2);
  EXPECT_EQ(progress.phase, Progress::Phase::ended);
}

TEST(ProgressParser, AnswersOnlyWhereABlockIsComplete) {
  ProgressParser parser;
  EXPECT_FALSE(parser.feed("frame=5\nfps=1"));
  EXPECT_FALSE(parser.feed("0\nprogress=conti"));
  const auto block = parser.feed("nue\nframe=9\n");
  ASSERT_TRUE(block);
  EXPECT_EQ(block->frames, 5);
  EXPECT_EQ(parser.latest().frames, 5) << "the unfinished block must not show";
}

TEST(ProgressParser, GivesTheSameHoweverTheStreamIsCutInTwo) {
  const Progress whole = parsed(two_blocks);
  for (std::size_t cut = 0; cut <= two_blocks.size(); ++cut) {
    ProgressParser parser;
    parser.feed(two_blocks.substr(0, cut));
    parser.feed(two_blocks.substr(cut));
    EXPECT_EQ(parser.latest(), whole) << "cut at " << cut;
  }
}

TEST(ProgressParser, GivesTheSameForRandomBytesInRandomChunks) {
  std::mt19937 random(20261125);
  const std::string_view alphabet = "frame=progsoutim_uNA0123456789.\r\n\n==x";
  for (int round = 0; round < 300; ++round) {
    std::string text;
    while (text.size() < 3000) {
      if (random() % 4 == 0) text += two_blocks.substr(random() % two_blocks.size(), random() % 200);
      if (random() % 50 == 0) text += std::string(1500, 'y');
      text += alphabet[random() % alphabet.size()];
    }
    ProgressParser at_once, in_chunks;
    at_once.feed(text);
    for (std::string_view rest = text; !rest.empty();) {
      const auto size = std::min<std::size_t>(rest.size(), 1 + random() % 40);
      in_chunks.feed(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    ASSERT_EQ(at_once.latest(), in_chunks.latest()) << "round " << round;
  }
}

TEST(ProgressParser, KeepsTheLastGoodValueWhenALineIsNonsense) {
  const std::string good =
      "frame=10\nfps=25\ntotal_size=100\nout_time_us=400000\nspeed=1.5x\nbitrate=2.0kbits/s\nprogress=continue\n";
  const Progress expected = parsed(good);
  for (const std::string_view line :
       {"frame=-3", "frame=99999999999999999999999", "frame=1e300", "frame=", "frame", "=", "fps=nan", "fps=inf",
        "fps=1e400", "out_time_us=-9223372036854775807", "out_time_us=N/A", "total_size=12abc", "speed=fast",
        "bitrate=12", "progress=", "progress=maybe", "frame=10 20", "\xff\xfe=1"})
    EXPECT_EQ(parsed(good + std::string(line) + "\nprogress=continue\n"), expected) << line;
}

TEST(ProgressParser, ReadsNotAvailableAsZeroOnlyWhereFfmpegMaySayIt) {
  const auto progress = parsed(
      "frame=10\ntotal_size=100\nspeed=2x\nbitrate=1kbits/s\nprogress=continue\n"
      "frame=N/A\ntotal_size=N/A\nspeed=N/A\nbitrate=N/A\nprogress=continue\n");
  EXPECT_EQ(progress.frames, 10);
  EXPECT_EQ(progress.bytes.value(), 0);
  EXPECT_EQ(progress.speed, 0);
  EXPECT_EQ(progress.bitrate.value(), 0);
}

TEST(ProgressParser, NeverLetsMediaTimeFall) {
  const auto progress = parsed("out_time_us=5000000\nprogress=continue\nout_time_us=3000000\nprogress=continue\n");
  EXPECT_DOUBLE_EQ(progress.media_time.value(), 5);
}

TEST(ProgressParser, StaysEndedOnceEnded) {
  EXPECT_EQ(parsed("progress=end\nframe=2\nprogress=continue\n").phase, Progress::Phase::ended);
}

TEST(ProgressParser, TakesWindowsLineEnds) {
  EXPECT_EQ(parsed("frame=7\r\nspeed=2x\r\nprogress=end\r\n"), parsed("frame=7\nspeed=2x\nprogress=end\n"));
}

TEST(ProgressParser, DropsALineWithoutEndAndGoesOn) {
  ProgressParser parser;
  for (int i = 0; i < 10'000; ++i) parser.feed("frame=1111111111");
  EXPECT_TRUE(parser.feed("\nframe=3\nprogress=continue\n"));
  EXPECT_EQ(parser.latest().frames, 3);
}

TEST(LastStatusLine, ReadsALineWithPicture) {
  const auto progress = last_status_line(
      "frame= 1500 fps=323 q=28.0 size=    1024kB time=00:00:50.00 bitrate= 167.8kbits/s "
      "dup=4 drop=2 speed=10.8x    \r");
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->frames, 1500);
  EXPECT_EQ(progress->rate.value(), 323);
  EXPECT_EQ(progress->bytes.value(), 1024 * 1024);
  EXPECT_EQ(progress->media_time.value(), 50);
  EXPECT_DOUBLE_EQ(progress->bitrate.value(), 167'800);
  EXPECT_EQ(progress->duplicated, 4);
  EXPECT_EQ(progress->dropped, 2);
  EXPECT_DOUBLE_EQ(progress->speed, 10.8);
  EXPECT_EQ(progress->phase, Progress::Phase::running);
}

TEST(LastStatusLine, TakesTheLastOfManyThatCarriageReturnsSeparate) {
  const auto progress = last_status_line(
      "Stream mapping:\nframe=    1 fps=0.0 q=0.0 size=       1kB time=00:00:00.00 bitrate=N/A speed=N/A    \r"
      "frame=   60 fps=0.0 q=-1.0 Lsize=     464kB time=00:00:01.96 bitrate=1932.3kbits/s speed=26.1x    \n"
      "video:463kB audio:0kB subtitle:0kB other streams:0kB global headers:0kB muxing overhead: 0.2%\n");
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->frames, 60);
  EXPECT_EQ(progress->phase, Progress::Phase::ended);
}

TEST(LastStatusLine, ReadsOtherVersionsAndKinds) {
  struct Case {
    std::string_view text;
    std::int64_t frames;
    double seconds, bytes, speed;
  };
  for (const auto& c : std::vector<Case>{
           {"size=      19kB time=00:00:02.02 bitrate=  78.4kbits/s speed= 144x    \n", 0, 2.02, 19 * 1024, 144},
           {"frame=  100 fps=0.0 q=-0.0 Lsize=N/A time=00:00:02.00 bitrate=N/A speed= 120x", 100, 2, 0, 120},
           {"frame=  100 fps=50 q=-1.0 size=    2048KiB time=01:00:02.50 bitrate=1.0kbits/s speed=2.5e+03x "
            "elapsed=0:00:01.00",
            100, 3602.5, 2048 * 1024, 2500},
           {"[info] frame=    9 fps=1 q=1.0 size=       1kB time=00:00:01.00 bitrate=1.0kbits/s speed=1x", 9, 1, 1024,
            1},
           {"frame=    1 fps=0.0 q=0.0 size=       0kB time=-577014:32:22.77 bitrate=N/A speed=N/A", 1, 0, 0, 0}}) {
    const auto progress = last_status_line(c.text);
    ASSERT_TRUE(progress) << c.text;
    EXPECT_EQ(progress->frames, c.frames) << c.text;
    EXPECT_DOUBLE_EQ(progress->media_time.value(), c.seconds) << c.text;
    EXPECT_DOUBLE_EQ(progress->bytes.value(), c.bytes) << c.text;
    EXPECT_DOUBLE_EQ(progress->speed, c.speed) << c.text;
  }
}

TEST(LastStatusLine, SkipsACutLineAndFindsTheWholeOneBeforeIt) {
  const auto progress = last_status_line(
      "frame=   10 fps=5 q=1.0 size=       1kB time=00:00:01.00 bitrate=1.0kbits/s speed=1x\r"
      "frame=   20 fps=5 q=1.0 size=       2kB time=00:00:02.00 bitrate=1.0kbits/s spe");
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->frames, 10);
}

TEST(LastStatusLine, FindsNothingInOrdinaryText) {
  for (const std::string_view text :
       {"", "\r\r\n", "frame=", "hello", "size=1 time=2", "Input #0, lavfi, from 'testsrc2=size=640x360:rate=30':"})
    EXPECT_FALSE(last_status_line(text)) << text;
}

}  // namespace
}  // namespace media
