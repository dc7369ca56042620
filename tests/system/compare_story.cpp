// `ffwatt compare` from outside, on runs of a real ffmpeg: a sweep of presets and codecs of the real clip, compared and
// gated; files of runs; and everything that makes no verdict.
#include <gmock/gmock.h>

#include "support/story.h"

namespace story {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class CompareStory : public Story {
 protected:
  CompareStory() { environment_["FFWATT_SOURCES"] = "model"; }

  // Work for 60 and for 600 ms by the clock: ten times as much of any machine, and never too short for the model.
  void sweep() {
    const auto ended =
        run({"ffwatt", "bench", "-q", "-L", "n=6,60", "--warmup", "0", "--min-runs", "4", "--max-runs", "4", "--frames",
             "10", "--", "sh", "-c", "e=$(($(date +%s%N)+{n}0000000)); while [ $(date +%s%N) -lt $e ]; do :; done"});
    ASSERT_EQ(ended.code, 0) << ended.err;
  }
};

TEST_F(CompareStory, ASweepOfPresetsAndCodecsOfTheRealClipIsComparedAndGated) {
  const auto swept = run({"ffwatt",
                          "bench",
                          "-q",
                          "-L",
                          "codec=libx264,libx265",
                          "-L",
                          "preset=ultrafast,fast,slow",
                          "--warmup",
                          "0",
                          "--min-runs",
                          "2",
                          "--max-runs",
                          "2",
                          "-o",
                          "json",
                          "--",
                          "ffmpeg",
                          "-y",
                          "-t",
                          "0.4",
                          "-i",
                          real_film(),
                          "-an",
                          "-c:v",
                          "{codec}",
                          "-preset",
                          "{preset}",
                          "-f",
                          "null",
                          "-"});
  ASSERT_EQ(swept.code, 0) << swept.err;
  const auto document = parsed(swept.out);
  EXPECT_EQ(document.at("settings").items().size(), 6u);
  EXPECT_EQ(document.at("metric"), json::Value("J/frame"));

  const std::string of = "bench=" + document.at("id").as_string();
  const auto compared =
      run({"ffwatt", "compare", of + ",codec=libx264,preset=ultrafast", of + ",codec=libx265,preset=slow", "--json"});
  ASSERT_EQ(compared.code, 0) << compared.err;
  const auto against = parsed(compared.out).at("settings").items().at(1).at("against_reference");
  EXPECT_EQ(against.at("pairs"), json::Value(2));
  // The same question as the sweep has answered for its own reference.
  EXPECT_EQ(against.at("ratio"), document.at("settings").items().at(5).at("against_reference").at("ratio"));
  EXPECT_EQ(against.at("caveat"), json::Value("estimated, CPU time only"));

  // Two codecs, six runs of each and no pairs: x265 takes more than a hundredth, and not a hundred times as much.
  const auto gate = [&](const std::string& expression) {
    return run({"ffwatt", "compare", of + ",codec=libx264", of + ",codec=libx265", "--fail-if", expression}).code;
  };
  EXPECT_EQ(gate("J/frame>-99%"), 3);
  EXPECT_EQ(gate("J/frame>+9900%"), 0);
}

TEST_F(CompareStory, AGateFailsOnlyWhereTheWholeIntervalIsBeyondIt) {
  sweep();
  const auto compared = run({"ffwatt", "compare", "n=6", "n=60", "--fail-if", "J/frame>+100%"});
  EXPECT_EQ(compared.code, 3) << compared.out;
  EXPECT_THAT(compared.err, HasSubstr("--fail-if J/frame>+100% is breached: n=60: +"));
  EXPECT_THAT(compared.out, AllOf(HasSubstr("worse"), HasSubstr("rests on an estimate: CPU time only")));
  EXPECT_EQ(run({"ffwatt", "compare", "n=60", "n=6", "--fail-if", "J/frame>+100%"}).code, 0);
  EXPECT_EQ(run({"ffwatt", "compare", "n=60", "n=6", "--fail-if", "J<-50%"}).code, 3);
}

TEST_F(CompareStory, AnEstimateIsNoMeasurement) {
  sweep();
  const auto ended = run({"ffwatt", "compare", "n=6", "n=60", "--require", "measured"});
  EXPECT_EQ(ended.code, 5);
  EXPECT_THAT(ended.err, HasSubstr("the energy of n=6 is estimated"));
}

TEST_F(CompareStory, RunsOfAFileAndRunsByNameAreTheSameRuns) {
  sweep();
  std::ofstream(folder_ / "base.json") << run({"ffwatt", "runs", "ls", "--where", "tags.n=6", "--json"}).out;
  const auto by_tag = parsed(run({"ffwatt", "compare", "n=6", "n=60", "--json"}).out);
  const auto by_file = parsed(run({"ffwatt", "compare", "base.json", "n=60", "--json"}).out);
  const auto by_name = parsed(run({"ffwatt", "compare", "--by", "name", "n=6", "n=60", "--json"}).out);
  for (const auto* other : {&by_file, &by_name})
    EXPECT_EQ(other->at("settings").items().at(1).at("against_reference").at("pairs"), json::Value(4));
  EXPECT_EQ(by_file.at("settings").items().at(0).at("samples"), by_tag.at("settings").items().at(0).at("samples"));
  // A results file has the moment at which the command was started, a run also that at which it was taken up.
  ASSERT_EQ(run({"ffwatt", "runs", "export", "--out", "results.json"}).code, 0);
  const auto imported = run({"ffwatt", "runs", "import", "results.json"});
  EXPECT_EQ(imported.code, 0) << imported.err;
  EXPECT_THAT(imported.out, HasSubstr("0 runs taken in, 8 in the list before"));
  const auto csv = run({"ffwatt", "compare", "n=6", "n=60", "-o", "csv"});
  EXPECT_THAT(csv.out, StartsWith("setting,run,block,metric,unit,value\nn=6,"));
}

TEST_F(CompareStory, WhatCannotBeJudgedIsNoPass) {
  sweep();
  const auto one = run({"ffwatt", "compare", "last", "n=6", "--fail-if", "J>+5%"});
  EXPECT_EQ(one.code, 1);
  EXPECT_THAT(one.err, AllOf(HasSubstr("cannot be judged"), HasSubstr("at least two runs")));
  EXPECT_EQ(run({"ffwatt", "compare", "last", "n=6"}).code, 0);
  ASSERT_EQ(run({"ffwatt", "run", "-q", "--tag", "n=bad", "--", "sh", "-c", "exit 3"}).code, 3);
  const auto failed = run({"ffwatt", "compare", "n=6", "n=bad", "--fail-if", "J>+5%"});
  EXPECT_EQ(failed.code, 1);
  EXPECT_THAT(failed.err, HasSubstr("no run of n=bad ended well"));
}

TEST_F(CompareStory, MistakesAreNamed) {
  sweep();
  std::ofstream(folder_ / "cut.json") << R"({"runs":[{"schema":"ffwatt.run/1","id":"abc)";
  std::ofstream(folder_ / "odd.json") << R"({"runs":[{"id":7}]})";
  const struct {
    std::vector<std::string> words;
    int code;
    std::string text;
  } cases[] = {{{}, 2, "Name two or more"},
               {{"n=6"}, 2, "Name two or more"},
               {{"n=6", "n=6"}, 2, "n=6 is named twice"},
               {{"n=6", "n=3"}, 1, "no run has n=3"},
               {{"n=6", "nosuchrun"}, 1, "there is no run 'nosuchrun'"},
               {{"n=6", "nowhere.json"}, 1, "nowhere.json"},
               {{"n=6", "cut.json"}, 2, "cut.json"},
               {{"n=6", "odd.json"}, 2, "/runs/0"},
               {{"n=6", "n=60", "--metric", "J/frmae"}, 2, "Did you mean 'J/frame'"},
               {{"n=6", "n=60", "--fail-if", "J>5"}, 2, "no percent sign"}};
  for (const auto& c : cases) {
    std::vector<std::string> words{"ffwatt", "compare"};
    words.insert(words.end(), c.words.begin(), c.words.end());
    const auto ended = run(words);
    EXPECT_EQ(ended.code, c.code) << c.text << "\n" << ended.err;
    EXPECT_THAT(ended.err, AllOf(StartsWith("ffwatt compare: "), HasSubstr(c.text)));
    EXPECT_THAT(ended.out, IsEmpty());
  }
}

}  // namespace
}  // namespace story
