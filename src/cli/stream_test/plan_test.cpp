#include "cli/stream_test/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/host.h"

namespace cli::stream_test {
namespace {

using testing::HasSubstr;

base::Result<Plan> plan(std::vector<std::string> words) {
  options::Shape shape;
  os::RealHost host;
  shape.program = "ffwatt test single";
  shape.options = stream_options();
  for (auto& option : common_options()) shape.options.push_back(std::move(option));
  FFWATT_TRY(const auto parsed, options::parse(shape, {.words = std::move(words)}, host.host().files));
  return single_plan(parsed.values);
}

void expect_refused(std::vector<std::string> words, const std::string& text) {
  words.insert(words.begin(), {"--name", "x"});
  const auto result = plan(words);
  ASSERT_FALSE(result.ok()) << text;
  EXPECT_EQ(result.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(result.error().text(), HasSubstr(text));
}

TEST(StreamPlan, TheDocumentedCommandLineIsEnough) {
  const auto made = plan({"--name", "test1", "--bitrate", "2000k", "--duration", "60"});
  ASSERT_TRUE(made.ok()) << made.error().text();
  EXPECT_EQ(made->scenarios[0].name, "test1");
  EXPECT_EQ(made->scenarios[0].spec.bitrate, units::BitsPerSecond(2e6));
  EXPECT_EQ(made->scenarios[0].spec.duration, units::Seconds(60));
  EXPECT_EQ(made->scenarios[0].spec.size, (units::PictureSize{1280, 720}));
  EXPECT_EQ(made->scenarios[0].spec.rate, units::Hertz(30));
  EXPECT_EQ(made->scenarios[0].spec.encoder, "libx264");
  EXPECT_EQ(made->scenarios[0].spec.preset, "veryfast");
  EXPECT_EQ(made->scenarios[0].spec.output_mode, media::OutputMode::rtmp);
  EXPECT_TRUE(made->scenarios[0].spec.rtmp_url.empty()) << "the server will be ours";
  EXPECT_FALSE(made->baseline);
  EXPECT_EQ(made->output_folder, "test_results");
}

TEST(StreamPlan, AnEncoderOfOtherWordsGetsItsOwnUsualPreset) {
  const auto made = plan({"--bitrate", "2M", "--encoder", "h264_nvenc"});
  ASSERT_TRUE(made.ok()) << made.error().text();
  EXPECT_EQ(made->scenarios[0].spec.preset, "p4");
}

TEST(StreamPlan, AShortStreamHasAKeyFrameEachSecond) {
  EXPECT_EQ(plan({"--bitrate", "2M", "--duration", "4", "--fps", "25"})->scenarios[0].spec.gop, 25);
  EXPECT_FALSE(plan({"--bitrate", "2M", "--duration", "10"})->scenarios[0].spec.gop);
}

TEST(StreamPlan, ABaselineIsMeasuredWhereItIsAskedFor) {
  const auto made = plan({"--bitrate", "2M", "--with-baseline", "--baseline-duration", "2m"});
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->baseline, units::Seconds(120));
}

TEST(StreamPlan, WhatCannotBeIsRefusedWithItsFlag) {
  expect_refused({}, "--bitrate is required");
  expect_refused({"--bitrate", "2M", "--duration", "0"}, "--duration: ");
  expect_refused({"--bitrate", "2M", "--duration", "2"}, "--duration: at least 3 s");
  expect_refused({"--bitrate", "2M", "--duration=-5"}, "--duration");
  expect_refused({"--bitrate", "4000M"}, "--bitrate: ");
  expect_refused({"--bitrate", "fast"}, "--bitrate");
  expect_refused({"--bitrate", "2M", "--encoder", "libx246"}, "Did you mean 'libx264'");
  expect_refused({"--bitrate", "2M", "--preset", "veryfats"}, "Did you mean 'veryfast'");
  expect_refused({"--bitrate", "2M", "--resolution", "1280x721"}, "--resolution");
  expect_refused({"--bitrate", "2M", "--fps", "1000"}, "--fps: ");
  expect_refused({"--bitrate", "2M", "--encoder", "libsvtav1"}, "--");
  expect_refused({"--bitrate", "2M", "--rtmp-url", "http://example/live"}, "--rtmp-url: ");
  expect_refused({"--bitrate", "2M", "--cooldown", "7h"}, "--cooldown: ");
  expect_refused({"--bitrate", "2M", "--with-baseline", "--baseline-duration", "1ms"}, "--baseline-duration: ");
}

TEST(StreamPlan, AllFaultsAreToldAtOnce) {
  const auto result = plan({"--bitrate", "4000M", "--fps", "1000", "--cooldown", "7h"});
  ASSERT_FALSE(result.ok());
  for (const auto* flag : {"--bitrate", "--fps", "--cooldown"}) EXPECT_THAT(result.error().text(), HasSubstr(flag));
}

}  // namespace
}  // namespace cli::stream_test
