#include "wire/results_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/test_messages.h"

namespace wire {
namespace {

jobs::Report stream() {
  jobs::Report report;
  report.id = "7f3k2a", report.name = "test1", report.kind = "test", report.node = "node";
  media::TranscodeSpec spec;
  spec.bitrate = units::BitsPerSecond(2e6);
  spec.size = units::PictureSize{1280, 720};
  spec.rate = units::Hertz(30);
  spec.duration = units::Seconds(60);
  spec.encoder = "libx264", spec.preset = "veryfast";
  report.spec = spec;
  report.timings.started = test_time(0);
  report.timings.encoding = test_time(1);
  report.timings.ended = test_time(61);
  report.timings.elapsed = units::Seconds(60);
  report.energy = {{jobs::Part::total, test_measured<units::Joules>(600)}};
  report.power = test_measured<units::Watts>(10);
  report.made = full_facts();
  report.log_tail = "the last line";
  return report;
}

const json::Value& first_row(const json::Value& file) { return file.at("scenarios").items().at(0); }

TEST(ResultsFile, HasTheDocumentedFields) {
  const auto file = encode(ResultsFile{test_time(0), {{stream(), std::nullopt}}});
  EXPECT_EQ(file.at("test_date"), json::Value("2026-01-31T09:05:07.250Z"));
  const auto& row = first_row(file);
  EXPECT_EQ(row.at("name"), json::Value("test1"));
  EXPECT_EQ(row.at("bitrate"), json::Value("2000k"));
  EXPECT_EQ(row.at("resolution"), json::Value("1280x720"));
  EXPECT_EQ(row.at("fps").as_number(), 30);
  EXPECT_EQ(row.at("duration").as_number(), 60);
  EXPECT_EQ(row.at("encoder"), json::Value("libx264"));
  EXPECT_EQ(row.at("preset"), json::Value("veryfast"));
  EXPECT_DOUBLE_EQ(row.at("start_time").as_number(), 1769850308.25);
  EXPECT_DOUBLE_EQ(row.at("end_time").as_number() - row.at("start_time").as_number(), 60);
  ASSERT_EQ(row.at("outputs").items().size(), 1u);
  EXPECT_EQ(row.at("outputs").items()[0].at("resolution"), json::Value("1280x720"));
}

TEST(ResultsFile, HasOurFieldsBesideThem) {
  const auto file = encode(
      ResultsFile{test_time(0), {{stream(), Baseline{test_measured<units::Watts>(4), units::Seconds(10), {"busy"}}}}});
  const auto& row = first_row(file);
  EXPECT_EQ(row.at("status"), json::Value("completed"));
  EXPECT_EQ(row.at("run_id"), json::Value("7f3k2a"));
  EXPECT_EQ(row.at("energy").items().at(0).at("joules"), json::Value(600.0));
  EXPECT_EQ(row.at("power").at("quality"), json::Value("estimated"));
  EXPECT_EQ(row.at("baseline").at("watts"), json::Value(4.0));
  EXPECT_EQ(row.at("baseline").at("duration_seconds"), json::Value(10.0));
  EXPECT_EQ(row.at("baseline").at("caveats"), json::Value::array({"busy"}));
  EXPECT_EQ(row.at("made").at("video_codec"), json::Value("h264"));
  EXPECT_EQ(row.at("log_tail"), json::Value("the last line"));
  EXPECT_EQ(row.find("error"), nullptr);
}

TEST(ResultsFile, UnlikeStreamsAreEachToldAsTheyWereAskedFor) {
  auto report = stream();
  report.spec->output_mode = media::OutputMode::rtmp;
  report.spec->outputs = {*report.spec, *report.spec};
  report.spec->outputs[1].bitrate = units::BitsPerSecond(1e6);
  report.spec->outputs[1].size = units::PictureSize{640, 360};
  report.pieces = {{jobs::Piece::Kind::stream, 1}, {jobs::Piece::Kind::stream, 2}};
  const auto row = encode(ScenarioRow{.report = report, .baseline = {}, .number = 3, .type = "multi"});
  EXPECT_EQ(row.at("bitrate"), json::Value("2000k,1000k"));
  EXPECT_EQ(row.at("count"), json::Value(2));
  EXPECT_EQ(row.at("number"), json::Value(3));
  ASSERT_EQ(row.at("outputs").items().size(), 2u);
  EXPECT_EQ(row.at("outputs").items()[1].at("resolution"), json::Value("640x360"));
  EXPECT_EQ(row.at("pieces").items().size(), 2u);
}

TEST(ResultsFile, SeveralOfTheSameAreSeveralOutputs) {
  auto report = stream();
  report.spec->output_mode = media::OutputMode::rtmp, report.spec->streams = 3;
  const auto row = encode(ScenarioRow{.report = report, .baseline = {}});
  EXPECT_EQ(row.at("outputs").items().size(), 3u) << "the pixels of all of them count";
  EXPECT_EQ(row.at("bitrate"), json::Value("2000k"));
}

jobs::Scoring scored(double vmaf) {
  jobs::Scoring out;
  out.quality.scores = {{.metric = media::Metric::vmaf, .pooled = media::Pooled{.mean = vmaf}}};
  return out;
}

TEST(ResultsFile, AQualityTargetIsReachedOnlyWhereEveryStreamReachesIt) {
  ScenarioRow row{.report = stream(), .baseline = {}};
  row.quality_target = {{media::Metric::vmaf, 90}};
  std::string why;
  EXPECT_EQ(reaches_target(row, why), std::nullopt);
  EXPECT_EQ(why, "nothing was scored");
  row.scores = {scored(95), scored(91)};
  EXPECT_EQ(reaches_target(row, why), true);
  EXPECT_EQ(encode(row).at("quality_reached"), json::Value(true));
  row.scores[1] = scored(89.5);
  EXPECT_EQ(reaches_target(row, why), false);
  EXPECT_EQ(why, "vmaf is 89.50, at least 90 was asked for");
  row.scores[1].quality.scores[0] = {.metric = media::Metric::vmaf, .pooled = {}, .reason = "no libvmaf"};
  EXPECT_EQ(reaches_target(row, why), std::nullopt);
  EXPECT_EQ(why, "vmaf was not scored: no libvmaf");
  EXPECT_TRUE(encode(row).at("quality_reached").is_null());
}

TEST(ResultsFile, AFailedRowSaysWhyAndHasNoZeroForWhatIsUnknown) {
  auto report = stream();
  report.outcome = {jobs::End::failed, jobs::FailureClass::transient, "Connection refused", 1, std::nullopt};
  report.energy = {
      {jobs::Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::package, "too short")}};
  report.power.reset(), report.made.reset();
  const auto file = encode(ResultsFile{test_time(0), {{report, std::nullopt}}});
  const auto& row = first_row(file);
  EXPECT_EQ(row.at("status"), json::Value("failed"));
  EXPECT_EQ(row.at("failure"), json::Value("transient"));
  EXPECT_EQ(row.at("error"), json::Value("Connection refused"));
  EXPECT_TRUE(row.at("energy").items().at(0).at("joules").is_null());
  EXPECT_EQ(row.find("power"), nullptr);
  EXPECT_EQ(row.find("energy_per_frame"), nullptr);
}

}  // namespace
}  // namespace wire
