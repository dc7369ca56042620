#include "wire/result_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "json/json.h"
#include "wire/test_messages.h"

namespace wire {
namespace {

TEST(ResultFacts, OfAFullReport) {
  auto report = full_report();
  report.outcome.end = jobs::End::completed;
  EXPECT_EQ(json::write(encode_facts(report), json::Layout::indented), R"({
  "id": "7f3k2q",
  "name": "night run",
  "kind": "job",
  "node": "worker-1",
  "state": "completed",
  "scenario": "1080p30-h264",
  "codec": "h264",
  "encoder": "libsvtav1",
  "preset": "8",
  "started": "2026-01-31T09:05:07.250Z",
  "ended": "2026-01-31T09:06:46.250Z",
  "elapsed_seconds": 97.123456789,
  "energy_joules": 412.6,
  "energy_low_joules": 412.5,
  "energy_high_joules": 412.93333333333334,
  "energy_scope": "machine",
  "energy_quality": "estimated",
  "energy_source": "model",
  "energy_per_frame_joules": 0.2750666666666667,
  "power_watts": 88.7,
  "cpu_seconds": 180.25,
  "peak_memory_bytes": 512000000,
  "frames": 1500,
  "encoded_frames_per_second": 15.444260836583885,
  "speed": 0.5152205415084384,
  "width": 1919,
  "height": 1,
  "fps": 29.97,
  "duration_seconds": 50.04,
  "size_bytes": 1000000000,
  "bitrate_bits_per_second": 2500000,
  "failure": "transient",
  "exit_code": 255,
  "cost": 0.0000401138888888889,
  "currency": "EUR",
  "emissions_grams": 0.04900484583333334,
  "region": "eu-central-1",
  "tags.codec": "h264"
})");
}

TEST(ResultFacts, WhatIsUnknownIsAbsentAndNeverZero) {
  jobs::Report report;
  report.id = "aaa111", report.kind = "run";
  report.progress.emplace();
  report.made.emplace();
  report.energy = {
      {jobs::Part::total, units::Measured<units::Joules>::unmeasurable(units::Scope::package, "no sensor")}};
  report.power = units::Measured<units::Watts>::unmeasurable(units::Scope::package, "no sensor");
  std::vector<std::string> names;
  const auto facts = encode_facts(report);
  for (const auto& member : facts.members()) names.push_back(member.key);
  EXPECT_THAT(names, testing::ElementsAre("id", "kind", "state", "started", "ended", "energy_scope", "energy_quality"));
  EXPECT_EQ(facts.at("energy_quality").as_string(), "unmeasurable");
}

TEST(ResultFacts, TheCodecIsWhatWasMadeElseWhatWasAsked) {
  jobs::Report report;
  EXPECT_EQ(encode_facts(report).find("codec"), nullptr);
  report.spec.emplace().codec = media::Codec::av1;
  EXPECT_EQ(encode_facts(report).at("codec").as_string(), "av1");
  report.made.emplace().video_codec = "hevc";
  EXPECT_EQ(encode_facts(report).at("codec").as_string(), "h265");
  report.made->video_codec = "mpeg4";
  EXPECT_EQ(encode_facts(report).at("codec").as_string(), "mpeg4");
}

TEST(ResultFacts, EachHasTheKindItSays) {
  const auto encoded = encode_facts(full_report());
  std::set<std::string> names;
  for (const auto& fact : facts()) {
    EXPECT_TRUE(names.insert(std::string(fact.name)).second) << fact.name;
    EXPECT_EQ(find_fact(fact.name), &fact);
    if (const auto* value = encoded.find(fact.name)) {
      EXPECT_EQ(value->is_number(), fact.kind == Fact::Kind::number) << fact.name;
      EXPECT_EQ(fact.kind == Fact::Kind::time, value->is_string() && units::parse_rfc3339(value->as_string()).ok())
          << fact.name;
    }
  }
  EXPECT_EQ(find_fact("energy"), nullptr);
  EXPECT_EQ(find_fact("tags."), nullptr);
  EXPECT_NE(find_fact("tags.rack"), nullptr);
}

TEST(ResultFacts, EachIsExplainedInItsPlace) {
  std::ifstream file(FFWATT_SOURCE_DIR "/docs/reference/results.md");
  std::ostringstream page;
  page << file.rdbuf();
  std::size_t at = 0;
  for (const auto& fact : facts()) {
    const auto next = page.str().find("| `" + std::string(fact.name) + "` |", at);
    ASSERT_NE(next, std::string::npos) << fact.name << " has no line, or not in the order of the list";
    at = next;
  }
}

}  // namespace
}  // namespace wire
