#include "wire/results_import.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/json.h"
#include "wire/results_file.h"
#include "wire/test_messages.h"

namespace wire {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

base::Result<std::vector<jobs::Report>> read(const std::string& text) {
  return decode_results_file(json::parse(text).value());
}

// As the documented system wrote them.
const std::string kOld = R"json({"test_date":"2024-05-01T10:00:00.123456","scenarios":[
  {"name":"Baseline (Idle)","bitrate":"0k","resolution":"N/A","fps":0,"duration":60,
   "start_time":1714550400.5,"end_time":1714550460.5},
  {"name":"2.5 Mbps","bitrate":"2500k","resolution":"1280x720","fps":30,"duration":60,"encoder":"libx264",
   "preset":"veryfast","start_time":1714550500,"end_time":1714550560,"outputs":null},
  {"name":"2.5 Mbps","bitrate":"1000k,2500k","resolution":"1280x720","fps":30,"duration":60,"encoder":"libx264",
   "start_time":1714550600,"end_time":null}
]})json";

TEST(ResultsImport, OfTheDocumentedFormatHasWhatItSaysAndNothingElse) {
  const auto rows = read(kOld);
  ASSERT_TRUE(rows) << rows.error().text();
  ASSERT_EQ(rows->size(), 3u);
  const auto& row = (*rows)[1];
  EXPECT_EQ(row.name, "2.5 Mbps");
  EXPECT_EQ(row.kind, "test");
  ASSERT_TRUE(row.spec);
  EXPECT_EQ(row.spec->bitrate, units::BitsPerSecond(2.5e6));
  EXPECT_EQ(row.spec->size, (units::PictureSize{1280, 720}));
  EXPECT_EQ(row.spec->preset, "veryfast");
  EXPECT_EQ(row.timings.elapsed, units::Seconds(60));
  EXPECT_EQ(units::rfc3339(row.timings.started), "2024-05-01T08:01:40.000Z");
  EXPECT_TRUE(row.energy.empty());
  EXPECT_FALSE(row.power);
  EXPECT_THAT(row.caveats, AllOf(Contains("the results file holds no energy"),
                                 Contains("the results file does not say how it ended")));
}

TEST(ResultsImport, AnIdleBaselineIsNoStreamOfZeroBits) {
  const auto row = read(kOld).value()[0];
  EXPECT_FALSE(row.spec);
  EXPECT_EQ(row.tags.at("bitrate"), "0k");
  EXPECT_EQ(row.tags.at("resolution"), "N/A");
}

TEST(ResultsImport, SeveralBitratesStayATextAndRowsOfOneNameStayApart) {
  const auto rows = read(kOld).value();
  EXPECT_EQ(rows[1].name, rows[2].name);
  EXPECT_FALSE(rows[2].spec->bitrate);
  EXPECT_EQ(rows[2].tags.at("bitrate"), "1000k,2500k");
  EXPECT_EQ(rows[2].timings.elapsed, units::Seconds(0));
  EXPECT_THAT(rows[2].caveats, Contains("the results file does not say how long it took"));
}

TEST(ResultsImport, OfOurOwnFileHasItsEnergyAndItsId) {
  jobs::Report report;
  report.id = "7f3k2a", report.name = "test1", report.kind = "test", report.node = "node";
  report.timings.started = test_time(0), report.timings.encoding = test_time(1), report.timings.ended = test_time(61);
  report.timings.elapsed = units::Seconds(60);
  report.energy = {{jobs::Part::total, test_measured<units::Joules>(600)}};
  report.power = test_measured<units::Watts>(10);
  report.outcome = {jobs::End::failed, jobs::FailureClass::transient, "the server went away", std::nullopt,
                    std::nullopt};
  const auto rows = decode_results_file(encode(ResultsFile{test_time(0), {{report, std::nullopt}}}));
  ASSERT_TRUE(rows) << rows.error().text();
  const auto& row = rows->front();
  EXPECT_EQ(row.id, "7f3k2a");
  EXPECT_EQ(row.energy, report.energy);
  EXPECT_EQ(row.power, report.power);
  EXPECT_EQ(row.outcome, report.outcome);
  EXPECT_EQ(row.timings.elapsed, units::Seconds(60));
  EXPECT_EQ(row.timings.started, test_time(1));
}

TEST(ResultsImport, TheRowOfAnIdleMachineHasTextsWhereAStreamHasNumbers) {
  const auto rows = read(R"_({"scenarios":[{"name":"Baseline (Idle)","bitrate":"0k","resolution":"N/A","fps":"N/A",)_"
                         R"_("duration":120,"start_time":1,"end_time":121},{"start_time":1,"fps":"25"}]})_");
  ASSERT_TRUE(rows.ok()) << rows.error().text();
  EXPECT_EQ((*rows)[0].tags.at("fps"), "N/A");
  EXPECT_EQ((*rows)[0].tags.at("resolution"), "N/A");
  EXPECT_FALSE((*rows)[1].tags.contains("fps")) << "a number is one as text too";
}

TEST(ResultsImport, WhatIsWrongIsNamedByItsPlace) {
  const auto fault = [](const std::string& text) {
    const auto rows = read(text);
    return rows ? std::string() : rows.error().text();
  };
  EXPECT_THAT(fault("[]"), HasSubstr("no list 'scenarios'"));
  EXPECT_THAT(fault(R"({"runs":[]})"), HasSubstr("no list 'scenarios'"));
  EXPECT_THAT(fault(R"({"scenarios":7})"), HasSubstr("/scenarios"));
  EXPECT_THAT(fault(R"({"scenarios":[{"name":7,"start_time":1}]})"), HasSubstr("/scenarios/0/name"));
  EXPECT_THAT(fault(R"({"scenarios":[{"start_time":"now"}]})"), HasSubstr("/scenarios/0/start_time"));
  EXPECT_THAT(fault(R"({"scenarios":[{"name":"a"}]})"), HasSubstr("/scenarios/0/start_time"));
  EXPECT_THAT(fault(R"({"scenarios":[{"start_time":5,"end_time":4}]})"), HasSubstr("/scenarios/0/end_time"));
  EXPECT_THAT(fault(R"({"scenarios":[{"start_time":1714550400500}]})"), HasSubstr("/scenarios/0/start_time"));
  // A zero that stands for "nobody knows" comes in nowhere.
  EXPECT_THAT(fault(R"({"scenarios":[{"start_time":1,"energy":[{"part":"total","scope":"package","joules":0,)"
                    R"("ci95":[0,0],"quality":"measured","source":"powercap"}]}]})"),
              HasSubstr("/scenarios/0/energy"));
}

}  // namespace
}  // namespace wire
