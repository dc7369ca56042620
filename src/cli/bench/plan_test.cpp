#include "cli/bench/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "os_testing/memory_files.h"

namespace cli::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BenchPlan : public testing::Test {
 protected:
  std::string list_fault(const std::string& text) {
    const auto parsed = parse_list(files_, text);
    return parsed ? "" : parsed.error().text();
  }
  os_testing::MemoryFiles files_;
};

std::string scan_fault(const std::string& text) {
  const auto parsed = parse_scan(text);
  return parsed ? "" : parsed.error().text();
}

TEST_F(BenchPlan, AListHasItsValuesInTheirOrder) {
  const auto list = parse_list(files_, "preset=veryfast,medium,slow");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_EQ(list->name, "preset");
  EXPECT_THAT(list->values, ElementsAre("veryfast", "medium", "slow"));
  EXPECT_THAT(parse_list(files_, "filter=scale=1280:720")->values, ElementsAre("scale=1280:720"));
}

TEST_F(BenchPlan, APatternStandsForItsFilesSorted) {
  ASSERT_TRUE(files_.make_folders("/clips"));
  for (const auto* name : {"/clips/b.mp4", "/clips/a.mp4", "/clips/c.mkv", "/clips/.hidden.mp4"})
    ASSERT_TRUE(files_.write_durably(name, "x"));
  EXPECT_THAT(parse_list(files_, "in=/clips/*.mp4")->values, ElementsAre("/clips/a.mp4", "/clips/b.mp4"));
  EXPECT_THAT(list_fault("in=/clips/*.avi"), HasSubstr("no file matches /clips/*.avi"));
  EXPECT_THAT(list_fault("in=/nowhere/*.mp4"), HasSubstr("/nowhere"));
}

TEST_F(BenchPlan, AListThatIsNoneIsRefused) {
  for (const auto* text : {"", "preset", "=a,b", "pre set=a", "{x}=a"})
    EXPECT_THAT(list_fault(text), HasSubstr("is not NAME=VALUES")) << text;
  EXPECT_THAT(list_fault("preset=a,,b"), HasSubstr("empty value"));
  EXPECT_THAT(list_fault("preset="), HasSubstr("empty value"));
  EXPECT_THAT(list_fault("preset=a,b,a"), HasSubstr("has the value a twice"));
}

TEST_F(BenchPlan, AScanStepsFromEndToEnd) {
  EXPECT_THAT(parse_scan("crf=18:28:5")->values, ElementsAre("18", "23", "28"));
  EXPECT_THAT(parse_scan("crf=1:3")->values, ElementsAre("1", "2", "3"));
  EXPECT_THAT(parse_scan("q=0:0.3:0.1")->values, ElementsAre("0", "0.1", "0.2", "0.3"));
  EXPECT_THAT(parse_scan("q=5:5")->values, ElementsAre("5"));
  for (const auto* text : {"crf", "crf=1", "crf=a:b", "crf=1:2:3:4", "crf=1:nan"})
    EXPECT_THAT(scan_fault(text), HasSubstr("such as crf=18:28:5")) << text;
  for (const auto* text : {"crf=2:1", "crf=1:2:0", "crf=1:2:-1"})
    EXPECT_THAT(scan_fault(text), HasSubstr("goes nowhere")) << text;
  EXPECT_THAT(scan_fault("crf=0:1e9"), HasSubstr("more than 1000 values"));
}

TEST_F(BenchPlan, EveryCombinationIsASettingAndFillsTheCommand) {
  const auto settings = settings_of({{"codec", {"x264", "x265"}}, {"crf", {"20", "30"}}},
                                    {"ffmpeg", "-c:v", "lib{codec}", "-crf", "{crf}", "{codec}-{crf}-{other}.mp4"});
  ASSERT_TRUE(settings) << settings.error().text();
  ASSERT_EQ(settings->size(), 4u);
  EXPECT_EQ((*settings)[1].name, "codec=x264 crf=30");
  EXPECT_EQ((*settings)[2].variables, (std::map<std::string, std::string>{{"codec", "x265"}, {"crf", "20"}}));
  EXPECT_THAT((*settings)[3].command, ElementsAre("ffmpeg", "-c:v", "libx265", "-crf", "30", "x265-30-{other}.mp4"));
}

TEST_F(BenchPlan, AValueWithBracesIsNotFilledAgain) {
  const auto settings = settings_of({{"a", {"{b}"}}, {"b", {"x"}}}, {"echo", "{a}", "{b}"});
  ASSERT_TRUE(settings);
  EXPECT_THAT(settings->front().command, ElementsAre("echo", "{b}", "x"));
}

TEST_F(BenchPlan, WithoutAVariableThereIsOneSetting) {
  const auto settings = settings_of({}, {"/usr/bin/ffmpeg", "-version"});
  ASSERT_TRUE(settings);
  ASSERT_EQ(settings->size(), 1u);
  EXPECT_EQ(settings->front().name, "ffmpeg");
}

TEST_F(BenchPlan, WhatCannotBeASweepIsRefused) {
  const auto fault = [](const std::vector<Variable>& variables, const std::vector<std::string>& command) {
    const auto made = settings_of(variables, command);
    return made ? std::string() : made.error().text();
  };
  EXPECT_THAT(fault({{"a", {"1"}}, {"a", {"2"}}}, {"echo", "{a}"}), HasSubstr("a is given twice"));
  EXPECT_THAT(fault({{"preset", {"1"}}}, {"echo", "{preste}"}),
              testing::AllOf(HasSubstr("{preset} stands nowhere"), HasSubstr("'preste'")));
  std::vector<std::string> many;
  for (int i = 0; i < 40; ++i) many.push_back(std::to_string(i));
  EXPECT_THAT(fault({{"a", many}, {"b", many}}, {"echo", "{a}{b}"}), HasSubstr("more than 1000 settings"));
}

TEST_F(BenchPlan, ABlockIsShuffledBySeedAndNumberAlone) {
  const auto first = shuffled(10, 42, 1);
  EXPECT_EQ(std::set<std::size_t>(first.begin(), first.end()).size(), 10u);
  EXPECT_EQ(first, shuffled(10, 42, 1));
  EXPECT_NE(first, shuffled(10, 42, 2));
  EXPECT_NE(first, shuffled(10, 43, 1));
  EXPECT_THAT(shuffled(1, 1, 1), ElementsAre(0u));
}

// Every setting is first, and last, about as often as any other: 3 000 blocks of 3, so 1 000 each ± 4 deviations of 26.
TEST_F(BenchPlan, NoSettingHasAPlaceOfItsOwn) {
  int first[3] = {}, last[3] = {};
  for (int block = 1; block <= 3000; ++block) {
    const auto order = shuffled(3, 7, block);
    ++first[order[0]], ++last[order[2]];
  }
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(first[i], 1000, 104);
    EXPECT_NEAR(last[i], 1000, 104);
  }
}

TEST_F(BenchPlan, AFingerprintKnowsTheSameSweepAgain) {
  const auto of = [](const std::vector<std::string>& values) {
    return fingerprint(settings_of({{"a", values}}, {"echo", "{a}"}).value());
  };
  EXPECT_EQ(of({"1", "2"}), of({"1", "2"}));
  EXPECT_NE(of({"1", "2"}), of({"1", "3"}));
  EXPECT_NE(of({"1", "2"}), of({"1"}));
}

}  // namespace
}  // namespace cli::bench
