#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/stream_test/plan.h"
#include "os/host.h"

namespace cli::stream_test {
namespace {

using testing::HasSubstr;

base::Result<Plan> made(std::vector<options::Option> options, std::vector<std::string> words,
                        base::Result<Plan> (*of)(const options::Values&)) {
  options::Shape shape;
  os::RealHost host;
  shape.program = "ffwatt test";
  shape.options = std::move(options);
  for (auto& option : common_options()) shape.options.push_back(std::move(option));
  FFWATT_TRY(const auto parsed, options::parse(shape, {.words = std::move(words)}, host.host().files));
  return of(parsed.values);
}
base::Result<Plan> suite(std::vector<std::string> words) {
  auto options = suite_options();
  for (auto& option : course_options()) options.push_back(std::move(option));
  return made(std::move(options), std::move(words), suite_plan);
}
base::Result<Plan> multi(std::vector<std::string> words) {
  auto options = stream_options();
  options.push_back({.flag = "count", .type = options::Option::Type::integer});
  options.push_back({.flag = "bitrates", .type = options::Option::Type::list});
  return made(std::move(options), std::move(words), multi_plan);
}

TEST(Suite, IsEveryNumberOfStreamsWithEveryBitrateBetweenTwoLooksAtTheIdleMachine) {
  const auto plan = suite({"--streams", "1,4", "--bitrates", "1000k,5M", "--baseline-duration", "10",
                           "--scenario-duration", "20", "--stabilization", "1", "--cooldown", "2"});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  std::vector<std::string> names;
  for (const auto& scenario : plan->scenarios) names.push_back(scenario.name);
  EXPECT_THAT(names, testing::ElementsAre("baseline", "1 stream @1000k", "1 stream @5M", "4 streams @1000k",
                                          "4 streams @5M", "baseline after"));
  EXPECT_EQ(plan->scenarios[3].spec.streams, 4);
  EXPECT_EQ(plan->scenarios[4].spec.bitrate, units::BitsPerSecond(5e6));
  EXPECT_EQ(length_of(*plan), units::Seconds(10 + 4 * 23 + 10));
  EXPECT_EQ(plan->course, Plan::Course::begun);
}

TEST(Suite, MistakesHaveTheirFlags) {
  EXPECT_THAT(suite({"--streams", "1,x"}).error().text(), HasSubstr("--streams: 'x'"));
  EXPECT_THAT(suite({"--streams", "65"}).error().text(), HasSubstr("--streams: '65'"));
  EXPECT_THAT(suite({"--bitrates", "fast"}).error().text(), HasSubstr("--bitrates: 'fast'"));
  EXPECT_THAT(suite({"--scenario-duration", "1"}).error().text(), HasSubstr("--scenario-duration: at least 3 s"));
  EXPECT_THAT(suite({"--baseline-duration", "0"}).error().text(), HasSubstr("--baseline-duration: "));
}

TEST(Suite, OnlyThoseThatMatchAreRun) {
  EXPECT_EQ(suite({"--only", "4 streams*"})->scenarios.size(), 3u);
  EXPECT_EQ(suite({"--only", "baseline"})->scenarios.size(), 1u);
  EXPECT_THAT(suite({"--only", "basline"}).error().text(), HasSubstr("Did you mean 'baseline'"));
}

TEST(Multi, HasAStreamForEachOfItsBitrates) {
  const auto plan = multi({"--bitrates", "1M,2M,1M"});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  ASSERT_EQ(plan->scenarios[0].spec.outputs.size(), 3u);
  EXPECT_EQ(plan->scenarios[0].spec.outputs[1].bitrate, units::BitsPerSecond(2e6));
  EXPECT_EQ(multi({"--count", "4", "--bitrate", "2M"})->scenarios[0].spec.streams, 4);
  EXPECT_EQ(multi({"--bitrates", "1M,1M"})->scenarios[0].spec.streams, 2) << "alike ones are a number";
  EXPECT_THAT(multi({"--count", "2"}).error().text(), HasSubstr("--bitrate or --bitrates is required"));
  EXPECT_THAT(multi({"--bitrate", "1M"}).error().text(), HasSubstr("--count is required"));
  EXPECT_THAT(multi({"--count", "3", "--bitrates", "1M,2M"}).error().text(), HasSubstr("one for each"));
  EXPECT_THAT(multi({"--bitrate", "1M", "--bitrates", "1M,2M"}).error().text(), HasSubstr("give one of them"));
}

TEST(Plan, IsKnownAgainByWhatItDoes) {
  const auto one = suite({"--streams", "1"}), same = suite({"--streams", "1", "--output-dir", "elsewhere"}),
             other = suite({"--streams", "1", "--preset", "fast"});
  EXPECT_EQ(fingerprint(one->scenarios), fingerprint(same->scenarios));
  EXPECT_NE(fingerprint(one->scenarios), fingerprint(other->scenarios));
}

TEST(Plan, IsATableWithTheWholeTime) {
  const auto text = plan_table(*suite({"--streams", "2", "--bitrates", "1M"}), {});
  EXPECT_THAT(text, HasSubstr("2 times 1280x720@30 1.00 Mb/s libx264 veryfast"));
  EXPECT_THAT(text, HasSubstr("3 scenarios, 10:00 in all"));
}

}  // namespace
}  // namespace cli::stream_test
