#include "media/streams.h"

#include <gtest/gtest.h>

namespace media {
namespace {

TranscodeSpec sent() {
  TranscodeSpec spec;
  spec.output_mode = OutputMode::rtmp, spec.rtmp_url = "rtmp://h/live/key?token=1";
  spec.bitrate = units::BitsPerSecond(1e6), spec.size = units::PictureSize{640, 360}, spec.rate = units::Hertz(30);
  spec.duration = units::Seconds(10);
  return spec;
}

TEST(StreamsOf, OneIsAsItIs) {
  const auto all = streams_of(sent());
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0], sent());
}

TEST(StreamsOf, SeveralOfTheSameHaveKeysOfTheirOwn) {
  auto spec = sent();
  spec.streams = 3;
  const auto all = streams_of(spec);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].rtmp_url, "rtmp://h/live/key-3?token=1");
  EXPECT_EQ(all[2].streams, 1);
}

TEST(StreamsOf, EachRenditionThatIsSentKeepsItsOwnSizeRateAndBitrate) {
  auto spec = sent();
  spec.outputs = {spec, spec};
  spec.outputs[1].size = units::PictureSize{320, 180}, spec.outputs[1].rate = units::Hertz(15);
  spec.outputs[1].bitrate = units::BitsPerSecond(3e5);
  EXPECT_TRUE(check(spec).empty());
  const auto all = streams_of(spec);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].rtmp_url, "rtmp://h/live/key-1?token=1");
  EXPECT_EQ(all[1].rtmp_url, "rtmp://h/live/key-2?token=1");
  EXPECT_EQ(all[1].size, (units::PictureSize{320, 180}));
  EXPECT_EQ(all[1].rate, units::Hertz(15));
  EXPECT_EQ(all[1].bitrate, units::BitsPerSecond(3e5));
  EXPECT_TRUE(all[1].outputs.empty());
  spec.outputs.resize(1);
  EXPECT_EQ(streams_of(spec)[0].rtmp_url, sent().rtmp_url) << "it runs alone";
}

TEST(StreamsOf, ALadderOfFilesIsOneEncode) {
  auto spec = sent();
  spec.output_mode = OutputMode::file, spec.rtmp_url.clear();
  spec.outputs = {spec, spec};
  EXPECT_EQ(streams_of(spec).size(), 1u);
}

}  // namespace
}  // namespace media
