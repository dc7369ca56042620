#include "cli/stream_test/batch_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "media/streams.h"

namespace cli::stream_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

base::Result<std::vector<Scenario>> read(std::string_view text) {
  return read_batch(text, {units::Seconds(30), units::Seconds(20)});
}
std::string faults(std::string_view text) {
  const auto result = read(text);
  EXPECT_FALSE(result.ok()) << text;
  return result.ok() ? "" : result.error().text();
}

TEST(BatchFile, TheDocumentedFieldsAreRead) {
  const auto all = read(R"({"scenarios": [
    {"type": "baseline", "name": "idle", "duration": 120, "stabilization": 5, "cooldown": "10s"},
    {"type": "single", "name": "one", "bitrate": "2500k", "resolution": "1920x1080", "fps": 60, "duration": 300,
     "encoder": "libx264", "preset": "fast", "description": "words", "quality_target": 93},
    {"type": "multi", "name": "four", "bitrate": "1M", "count": 4},
    {"type": "multi", "name": "mixed", "bitrates": ["1000k", "2500k"]},
    {"name": "ladder", "outputs": [{"resolution": "1280x720", "fps": 30, "bitrate": "3M"},
                                   {"resolution": "640x360", "fps": 25, "bitrate": "800k"}]}]})");
  ASSERT_TRUE(all.ok()) << all.error().text();
  ASSERT_EQ(all->size(), 5u);
  const auto& [idle, one, four, mixed, ladder] = std::tie((*all)[0], (*all)[1], (*all)[2], (*all)[3], (*all)[4]);
  EXPECT_EQ(idle.type, Scenario::Type::baseline);
  EXPECT_EQ(idle.length(), units::Seconds(135));
  EXPECT_EQ(one.spec.bitrate, units::BitsPerSecond(2.5e6));
  EXPECT_EQ(one.spec.rate, units::Hertz(60));
  EXPECT_EQ(one.spec.preset, "fast");
  EXPECT_EQ(one.description, "words");
  EXPECT_EQ(one.quality_target, (std::map<media::Metric, double>{{media::Metric::vmaf, 93}}));
  EXPECT_EQ(one.length(), units::Seconds(350)) << "the pauses that the command line says";
  EXPECT_EQ(four.spec.streams, 4);
  EXPECT_TRUE(four.spec.outputs.empty());
  ASSERT_EQ(mixed.spec.outputs.size(), 2u);
  EXPECT_EQ(mixed.spec.outputs[1].bitrate, units::BitsPerSecond(2.5e6));
  EXPECT_EQ(mixed.spec.outputs[1].size, (units::PictureSize{1280, 720}));
  EXPECT_EQ(ladder.type, Scenario::Type::multi);
  const auto streams = media::streams_of(ladder.spec);
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[1].size, (units::PictureSize{640, 360}));
  EXPECT_EQ(streams[1].rate, units::Hertz(25));
  EXPECT_EQ(streams[1].preset, "veryfast");
}

TEST(BatchFile, AListIsAFileToo) {
  const auto all = read(R"([{"name": "a", "bitrate": 2000000}, {"name": "a", "bitrate": "1M"}])");
  ASSERT_TRUE(all.ok()) << all.error().text();
  EXPECT_EQ(all->size(), 2u) << "names may come twice";
}

TEST(BatchFile, EveryFaultHasItsPlaceAndAnUnknownFieldTheNearestName) {
  EXPECT_THAT(faults(R"({"scenarios": [{"bitrate": "fast", "durration": 3, "outputs": [{"resolutio": "1x1"}]}]})"),
              AllOf(HasSubstr("/scenarios/0/bitrate: 'fast'"), HasSubstr("/scenarios/0/durration: unknown field"),
                    HasSubstr("Did you mean 'duration'"), HasSubstr("/scenarios/0/outputs/0/resolutio: ")));
  EXPECT_THAT(faults(R"([{"bitrate": "1M", "type": "singel"}])"),
              AllOf(HasSubstr("/0/type: "), HasSubstr("Did you mean 'single'"), Not(HasSubstr("/scenarios"))));
  EXPECT_THAT(faults(R"([{"bitrate": "1M"}, {"bitrate": "4000M", "duration": 1}])"),
              AllOf(HasSubstr("/1/bitrate: "), HasSubstr("/1/duration: at least 3 s"), Not(HasSubstr("/0/"))));
  EXPECT_THAT(faults(R"([{"bitrates": ["1M", "x"]}])"), HasSubstr("/0/bitrates/1: 'x'"));
  EXPECT_THAT(faults(R"([{"outputs": [{"bitrate": "1M"}, {"bitrate": "9999M"}]}])"),
              HasSubstr("/0/outputs/1/bitrate: "));
  EXPECT_THAT(faults(R"([{"bitrate": "1M", "count": 2, "bitrates": ["1M"]}])"), HasSubstr("/0/count: is 2"));
  EXPECT_THAT(faults(R"([{"bitrate": "1M", "count": 0}])"), HasSubstr("/0/count"));
  EXPECT_THAT(faults(R"([{"name": 5, "bitrate": "1M"}])"), HasSubstr("/0/name"));
  EXPECT_THAT(faults(R"([{"bitrate": "1M", "quality_target": {"vmaff": 3}}])"), HasSubstr("Did you mean 'vmaf'"));
  EXPECT_THAT(faults(R"([{"bitrate": "1M", "quality_target": 120}])"), HasSubstr("/0/quality_target"));
}

TEST(BatchFile, WhatIsNoPlanIsRefused) {
  EXPECT_THAT(faults("[]"), HasSubstr("there is nothing to do"));
  EXPECT_THAT(faults("{}"), HasSubstr("/scenarios: is missing"));
  EXPECT_THAT(faults("3"), HasSubstr("a list of scenarios"));
  EXPECT_THAT(faults(R"({"scenarios": [{"bitrate": "1M"})"), HasSubstr("1:33: the text ends")) << "cut in half";
}

TEST(BatchFile, TenThousandScenariosAreReadAndMoreAreNot) {
  std::string text = "[";
  for (int i = 0; i < 10'000; ++i) text += base::format(R"({{"name":"s{}","bitrate":"1M","outputs":[]}},)", i);
  EXPECT_EQ(read(text.substr(0, text.size() - 1) + "]")->size(), 10'000u);
  EXPECT_THAT(faults(text + R"({"bitrate":"1M"}])"), HasSubstr("10000"));
}

}  // namespace
}  // namespace cli::stream_test
