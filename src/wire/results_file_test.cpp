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
