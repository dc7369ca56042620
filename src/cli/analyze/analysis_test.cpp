#include "cli/analyze/analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/format.h"
#include "base/text.h"
#include "json/json.h"

namespace cli::analyze {
namespace {

using base::format;
using testing::HasSubstr;

// A row of a results file: streams of 100 x 100 pixels and 300 frames each, in ten seconds.
std::string row(const std::string& name, int streams, double net, const std::string& bitrate = "1000k",
                double half = 0.1) {
  const std::string stream = R"({"resolution":"100x100","fps":30})";
  std::string outputs = stream;
  for (int i = 1; i < streams; ++i) outputs += "," + stream;
  return format(
      R"({{"name":"{}","bitrate":"{}","resolution":"100x100","fps":30,"duration":10,"encoder":"libx264",)"
      R"("start_time":1000,"end_time":1010,"elapsed_seconds":10,"status":"completed","outputs":[{}],)"
      R"("progress":{{"frames":{},"phase":"ended"}},"energy":[)"
      R"({{"scope":"package","part":"total","joules":{},"ci95":[{},{}],"quality":"measured","source":"perf"}},)"
      R"({{"scope":"package","part":"above_idle","joules":{},"ci95":[{},{}],"quality":"measured","source":"perf"}}]}})",
      name, bitrate, outputs, 300 * streams, net + 100, net + 90, net + 110, net, net * (1 - half), net * (1 + half));
}
std::vector<AnalyzedRow> rows(const std::vector<std::string>& texts) {
  const auto file =
      json::parse("{\"test_date\":\"2026-01-31T09:00:00Z\",\"scenarios\":[" + base::join(texts, ",") + "]}");
  EXPECT_TRUE(file.ok()) << file.error().text();
  auto read = rows_of_file(*file);
  EXPECT_TRUE(read.ok()) << read.error().text();
  return *std::move(read);
}

TEST(Analysis, EightStreamsHaveThePixelsOfEight) {
  const auto all = rows({row("one", 1, 10), row("eight", 8, 80)});
  EXPECT_EQ(all[0].pixels, 3e6);
  EXPECT_EQ(all[1].pixels, 24e6);
  EXPECT_EQ(all[1].ladder, "8x 100x100@30");
  EXPECT_NEAR(all[0].pixels_per_joule->value, all[1].pixels_per_joule->value, 1e-9);
}

TEST(Analysis, TheRankFollowsTheNetEnergyAndNeverTheBitrate) {
  const auto analysis = analyze(rows({row("10 Mb/s", 1, 20, "10M"), row("1 Mb/s", 1, 10, "1M")}), {});
  EXPECT_EQ(analysis.rows[0].rank, 2);
  EXPECT_EQ(analysis.rows[1].rank, 1);
  EXPECT_TRUE(analysis.rows[0].told_apart);
}

TEST(Analysis, WhatTheIntervalsDoNotSeparateIsSaid) {
  const auto analysis = analyze(rows({row("a", 1, 10, "1M", 0.3), row("b", 1, 11, "1M", 0.3)}), {});
  EXPECT_EQ(analysis.rows[1].rank, 2);
  EXPECT_FALSE(analysis.rows[1].told_apart);
}

TEST(Analysis, OnlyWhatDeliversTheSameIsRankedTogether) {
  const auto analysis = analyze(rows({row("one", 1, 10), row("two", 2, 30)}), {});
  EXPECT_EQ(analysis.rows[0].rank, 1);
  EXPECT_EQ(analysis.rows[1].rank, 1);
}

TEST(Analysis, PowerGrowsWithTheNumberOfStreamsByALine) {
  const auto analysis = analyze(rows({row("1", 1, 25), row("2", 2, 45), row("4", 4, 85)}), {8});
  ASSERT_EQ(analysis.scalings.size(), 1u);
  const auto& line = analysis.scalings[0];
  EXPECT_EQ(line.of, "100x100@30 1000k");
  EXPECT_NEAR(line.watts_per_stream, 2, 1e-9);
  EXPECT_NEAR(line.fixed_watts, 0.5, 1e-9);
  ASSERT_EQ(line.at.size(), 1u);
  EXPECT_NEAR(line.at[0].second, 16.5, 1e-9);
  EXPECT_NEAR(analysis.rows[2].predicted->value(), 8.5, 1e-9);
  EXPECT_TRUE(analyze(rows({row("1", 1, 25), row("2", 2, 45)}), {8}).scalings.empty()) << "two points are no line";
}

TEST(Analysis, WithoutEnergyThereIsNoNumberAndNoRank) {
  const auto analysis = analyze(
      rows({R"_({"name":"Baseline (Idle)","bitrate":"0k","resolution":"N/A","fps":"N/A","start_time":1,"end_time":2})_",
            R"({"name":"old","bitrate":"1000k,2500k","resolution":"1280x720","fps":30,"start_time":1,"end_time":2})"}),
      {});
  EXPECT_TRUE(analysis.rows[0].baseline);
  for (const auto& one : analysis.rows) {
    EXPECT_FALSE(one.total);
    EXPECT_FALSE(one.pixels_per_joule);
    EXPECT_EQ(one.rank, 0);
  }
  EXPECT_THAT(csv(analysis), HasSubstr("\nold,\"1000k,2500k\",1280x720,30,,,,,,,,,,,,,,,1280x720@30,,"));
}

TEST(Analysis, AFailedRowIsInNoRanking) {
  auto all = rows({row("a", 1, 10), row("b", 1, 20)});
  all[0].report.outcome.end = jobs::End::failed;
  const auto analysis = analyze(std::move(all), {});
  EXPECT_EQ(analysis.rows[0].rank, 0);
  EXPECT_EQ(analysis.rows[1].rank, 1);
}

TEST(Analysis, TheDocumentedColumnsComeFirst) {
  const auto text = csv(analyze(rows({row("=one", 1, 36)}), {}));
  EXPECT_THAT(text,
              testing::StartsWith("name,bitrate,resolution,fps,duration,mean_power_w,median_power_w,total_energy_wh,"
                                  "predicted_mean_power_w,net_power_w,net_energy_wh,net_container_cpu_pct,"
                                  "docker_overhead_w,docker_overhead_pct,container_cpu_pct,container_power_w,"
                                  "efficiency_score,efficiency_rank,output_ladder,total_pixels,"));
  EXPECT_THAT(text, HasSubstr("\n\"'=one\",")) << "no formula of a spreadsheet";
  EXPECT_THAT(text, HasSubstr(",3.6,0.01,")) << "net watts and watt hours: (P - idle) t";
  const auto lines = base::split(text, '\n');
  EXPECT_EQ(base::split(lines[0], ',').size(), base::split(lines[1], ',').size());
}

}  // namespace
}  // namespace cli::analyze
