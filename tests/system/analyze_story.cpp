// `ffwatt analyze` from outside, and the documented script in front of it.
#include <gmock/gmock.h>

#include "support/story.h"

namespace story {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AnalyzeStory : public Story {
 protected:
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  static std::string old_file(const std::string& name) {
    return R"({"test_date":"2025-12-15T14:30:22","scenarios":[{"name":")" + name +
           R"(","bitrate":"5000k","resolution":"1280x720","fps":30,"duration":300,"start_time":1765800200,)"
           R"("end_time":1765800500}]})";
  }
};

TEST_F(AnalyzeStory, TheNewestFileIsTakenAndTheTableIsWrittenBesideIt) {
  write("test_results/test_results_20250101_000000.json", old_file("older"));
  write("test_results/test_results_20260101_000000.json", old_file("newer"));
  const auto ended = run({"ffwatt", "analyze"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("newer"), HasSubstr("n/a (no energy)"), Not(HasSubstr("older"))));
  const auto csv = content(folder_ / "test_results/test_results_20260101_000000_analysis.csv");
  EXPECT_THAT(csv,
              AllOf(StartsWith("name,bitrate,resolution,fps,duration,mean_power_w,"), HasSubstr("\nnewer,5000k,")));
}

TEST_F(AnalyzeStory, WhatCannotBeReadIsSaidWithItsPlace) {
  EXPECT_THAT(run({"ffwatt", "analyze"}).err, HasSubstr("ffwatt test single"));
  write("half.json", R"({"scenarios":[{"name":"a")");
  const auto half = run({"ffwatt", "analyze", "half.json"});
  EXPECT_EQ(half.code, 2);
  EXPECT_THAT(half.err, HasSubstr("half.json: 1:26"));
  write("wrong.json", R"({"scenarios":[{"name":7,"start_time":1}]})");
  EXPECT_THAT(run({"ffwatt", "analyze", "wrong.json"}).err, HasSubstr("/scenarios/0/name"));
  write("empty.json", R"({"scenarios":[]})");
  EXPECT_THAT(run({"ffwatt", "analyze", "empty.json"}).err, HasSubstr("nothing was tested"));
  EXPECT_EQ(run({"ffwatt", "analyze", "empty.json", "--predict-future", "1,x"}).code, 2);
}

TEST_F(AnalyzeStory, TheDocumentedScriptIsTheSameCommand) {
  for (const auto* name : {"run_tests.py", "analyze_results.py"}) {
    fs::create_directories(folder_ / "scripts");
    fs::copy_file(fs::path(FFWATT_SOURCE_DIR) / "scripts" / name, folder_ / "scripts" / name);
  }
  write("f.json", old_file("old"));
  const auto script = (folder_ / "scripts/analyze_results.py").string();
  const auto ended = run({"python3", script, "--multivariate", "f.json", "--predict-future", "1,2,4"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("--multivariate has no effect"));
  EXPECT_TRUE(fs::exists(folder_ / "f_analysis.csv"));
  EXPECT_EQ(run({"python3", script, "absent.json"}).code, 1) << "the exit status is passed on";
}

}  // namespace
}  // namespace story
