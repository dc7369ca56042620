// `ffwatt bench` from outside, with a real ffmpeg: a sweep in random order whose runs are all kept, one that is killed
// and goes on, one that is stopped, one in which runs fail.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <set>
#include <thread>

#include "support/story.h"

namespace story {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class BenchStory : public Story {
 protected:
  BenchStory() { environment_["FFWATT_SOURCES"] = "model"; }

  static std::vector<std::string> sweep(std::vector<std::string> flags, std::vector<std::string> command) {
    std::vector<std::string> words{"ffwatt", "bench", "--warmup", "0"};
    words.insert(words.end(), flags.begin(), flags.end());
    words.emplace_back("--");
    words.insert(words.end(), command.begin(), command.end());
    return words;
  }
  std::vector<json::Value> kept(const std::string& filter = "") {
    std::vector<std::string> words{"ffwatt", "runs", "ls", "--json", "--limit", "1000"};
    if (!filter.empty()) words.insert(words.end(), {"--where", filter});
    const auto listed = run(words);
    EXPECT_EQ(listed.code, 0) << listed.err;
    return parsed(listed.out).at("runs").items();
  }
  std::string said() const { return content(folder_ / "said"); }
};

// In real time, so that it is never too short for the model.
const std::vector<std::string> kEncode{
    "ffmpeg", "-y",      "-re",     "-f",       "lavfi", "-i",   "testsrc=s=128x96:d=0.3",
    "-c:v",   "libx264", "-preset", "{preset}", "-f",    "null", "-"};

TEST_F(BenchStory, ASweepOfPresetsIsOneDocumentWithEverySampleAndEveryRunIsKept) {
  const auto ended = run(sweep({"-L", "preset=ultrafast,veryfast", "--min-runs", "3", "--max-runs", "3", "--seed", "42",
                                "-o", "json", "--reference", "preset=veryfast"},
                               kEncode));
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("2 settings, 3 to 3 runs each"), HasSubstr("seed 42")));
  const auto document = parsed(ended.out);
  EXPECT_EQ(document.at("schema"), json::Value("ffwatt.experiment/1"));
  EXPECT_EQ(document.at("metric"), json::Value("J/frame"));
  EXPECT_EQ(document.at("seed"), json::Value(42));
  EXPECT_EQ(document.at("reference"), json::Value("preset=veryfast"));
  const auto settings = document.at("settings").items();
  ASSERT_EQ(settings.size(), 2u);
  const auto& first = settings[0];
  EXPECT_EQ(first.at("variables").at("preset"), json::Value("ultrafast"));
  for (const auto* part : {"energy", "energy_per_frame"}) {
    const auto& value = first.at(part);
    EXPECT_EQ(value.at("quality"), json::Value("estimated"));
    EXPECT_LE(value.at("ci95").items().at(0).as_number(), value.at("joules").as_number());
    EXPECT_GE(value.at("ci95").items().at(1).as_number(), value.at("joules").as_number());
  }
  EXPECT_EQ(first.at("against_reference").at("pairs"), json::Value(3));
  std::set<std::string> ids;
  for (const auto& setting : settings) {
    EXPECT_EQ(setting.at("samples").items().size(), 3u);
    for (const auto& sample : setting.at("samples").items()) ids.insert(sample.at("run").as_string());
  }
  EXPECT_EQ(ids.size(), 6u);
  for (const auto& report : kept()) EXPECT_EQ(ids.count(report.at("id").as_string()), 1u);
  EXPECT_EQ(kept("tags.preset=ultrafast").size(), 3u);
}

TEST_F(BenchStory, TheOrderIsTheSeedsAndWholeBlocksAreShuffled) {
  const std::vector<std::string> say{"sh", "-c", "echo {a} >> said"};
  const auto order = [&](const std::string& seed) {
    std::filesystem::remove(folder_ / "said");
    const auto ended = run(sweep({"-q", "-L", "a=1,2,3,4", "--seed", seed, "--min-runs", "4", "--max-runs", "4"}, say));
    EXPECT_EQ(ended.code, 0) << ended.err;
    return said();
  };
  const auto first = order("1");
  EXPECT_EQ(first, order("1"));
  EXPECT_NE(first, order("2"));
  ASSERT_EQ(first.size(), 32u);
  for (std::size_t block = 0; block < 4; ++block) {
    auto numbers = first.substr(block * 8, 8);
    numbers.erase(std::remove(numbers.begin(), numbers.end(), '\n'), numbers.end());
    std::sort(numbers.begin(), numbers.end());
    EXPECT_EQ(numbers, "1234");
  }
}

// The second run of a setting kills the sweep itself, as a lack of memory would.
TEST_F(BenchStory, ASweepThatIsKilledGoesOnWhereItWasAndRepeatsNothing) {
  const std::vector<std::string> command{
      "sh", "-c", "echo {a} >> said; test -e go || { test $(wc -l < said) -lt 4 || kill -KILL $PPID; }"};
  const std::vector<std::string> flags{"-L", "a=1,2", "--min-runs", "3", "--max-runs", "3", "-o", "json"};
  const auto killed = run(sweep(flags, command));
  EXPECT_EQ(killed.signal, SIGKILL) << killed.err;
  const auto left = kept();
  EXPECT_EQ(left.size(), 3u);
  std::ofstream(folder_ / "go") << "\n";
  auto again = flags;
  again.emplace_back("--resume");
  const auto ended = run(sweep(again, command));
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("goes on after 3 runs"));
  const auto document = parsed(ended.out);
  std::set<std::string> ids;
  for (const auto& setting : document.at("settings").items()) {
    EXPECT_EQ(setting.at("samples").items().size(), 3u);
    std::vector<std::int64_t> blocks;
    for (const auto& sample : setting.at("samples").items()) {
      blocks.push_back(sample.at("block").as_integer());
      ids.insert(sample.at("run").as_string());
    }
    EXPECT_THAT(blocks, ElementsAre(1, 2, 3));
  }
  EXPECT_EQ(ids.size(), 6u);
  for (const auto& report : left) EXPECT_EQ(ids.count(report.at("id").as_string()), 1u);
  // Three before, the one that killed, three after.
  EXPECT_EQ(said().size(), 2u * 7);
}

TEST_F(BenchStory, CtrlCKeepsWhatHasEndedAndSaysHowToGoOn) {
  Program program(start(
      sweep({"-L", "a=1,2", "--seed", "1"},
            {"sh", "-c", "echo {a} >> said; test $(wc -l < said) -lt 3 || { echo >> third; exec sleep 1000; }"})));
  ASSERT_TRUE(program.prints("#2\n"));
  while (content(folder_ / "third").empty()) std::this_thread::yield();
  program.signal(SIGINT);
  const auto ended = program.wait();
  EXPECT_EQ(ended.code, 130) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("2 runs are kept, the same command line with --resume goes on"));
  EXPECT_EQ(kept().size(), 2u);
}

TEST_F(BenchStory, ASettingThatNeverRunsWellIsNamedWithItsLastLineAndGivenUp) {
  const auto ended = run(sweep({"-L", "preset=ultrafast,nosuch", "--min-runs", "3", "--max-runs", "3"}, kEncode));
  EXPECT_EQ(ended.code, 4) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("preset=nosuch was given up"), HasSubstr("ffmpeg failed with exit code"),
                               HasSubstr("no run of preset=nosuch ended well")));
  EXPECT_EQ(kept("tags.preset=nosuch").size(), 2u);
  EXPECT_EQ(kept("tags.preset=ultrafast").size(), 3u);
}

TEST_F(BenchStory, WhereEveryRunFailsItEndsSoonWithOne) {
  const auto ended = run(sweep({"-L", "a=1,2"}, {"sh", "-c", "echo broken {a} >&2; exit 3"}));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("no run ended well"));
  EXPECT_THAT(ended.err, HasSubstr("exit code 3"));
  EXPECT_EQ(kept().size(), 4u);
}

TEST_F(BenchStory, ATargetThatIsNotReachedIsSaidAndNoFailure) {
  const auto ended =
      run(sweep({"--target-ci", "0.0001%", "--min-runs", "2", "--max-runs", "3", "--frames", "10", "-o", "json"},
                {"sh", "-c", "e=$(($(date +%s%N)+60000000)); while [ $(date +%s%N) -lt $e ]; do :; done"}));
  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto document = parsed(ended.out);
  EXPECT_THAT(document.at("caveats").items().at(0).as_string(), HasSubstr("asked for ± 0.0001 %, reached"));
  const auto setting = document.at("settings").items().at(0);
  EXPECT_EQ(setting.at("samples").items().size(), 3u);
  EXPECT_EQ(document.at("metric"), json::Value("J/frame"));
  EXPECT_NEAR(setting.at("energy_per_frame").at("joules").as_number() * 10,
              setting.at("energy").at("joules").as_number(), 1e-9);
}

TEST_F(BenchStory, WhereNothingCanBeKeptItStopsAtOnceAndSaysWhy) {
  std::ofstream(folder_ / "file") << "no folder\n";
  environment_["FFWATT_STATE_DIR"] = (folder_ / "file").string();
  const auto ended = run(sweep({"-L", "a=1,2"}, {"sh", "-c", "echo {a} >> said"}));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("#1 cannot be kept: "), HasSubstr("0 runs are kept\n"), Not(HasSubstr("--resume"))));
  EXPECT_EQ(said().size(), 2u);
}

TEST_F(BenchStory, MistakesGive2AndRunNothing) {
  const std::vector<std::string> touch{"touch", "ran-{a}"};
  const std::vector<std::vector<std::string>> wrong = {
      {},
      {"-L", "a"},
      {"-L", "a=1", "-L", "a=2"},
      {"-L", "a=1,1"},
      {"-L", "a=1", "-L", "b=1"},
      {"-L", "a=1", "--min-runs", "9", "--max-runs", "3"},
      {"-L", "a=1", "--target-ci", "0%"},
      {"-L", "a=1", "--reference", "3"},
      {"-L", "a=1", "--cooldown", "hot"},
      {"-L", "a=1", "--order", "rnadom"},
      {"--scan", "a=3:1"},
  };
  for (const auto& flags : wrong) {
    if (flags.empty()) continue;
    const auto ended = run(sweep(flags, touch));
    EXPECT_EQ(ended.code, 2) << flags.back() << ended.err;
    EXPECT_THAT(ended.err, StartsWith("ffwatt bench: ")) << ended.err;
    EXPECT_THAT(ended.out, IsEmpty());
  }
  EXPECT_EQ(run({"ffwatt", "bench"}).code, 2);
  const auto nothing = run(sweep({"-L", "a=1", "--resume"}, touch));
  EXPECT_EQ(nothing.code, 1);
  EXPECT_THAT(nothing.err, HasSubstr("no sweep over these settings was begun"));
  const auto absent = run(sweep({"-L", "a=sh,no-such-program"}, {"{a}"}));
  EXPECT_EQ(absent.code, 1);
  EXPECT_THAT(absent.err, HasSubstr("a=no-such-program: no-such-program is not installed"));
  const auto dry = run(sweep({"-L", "a=1,2", "--dry-run"}, touch));
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("a=2: touch ran-2\n"));
  for (const auto* name : {"ran-1", "ran-2"}) EXPECT_FALSE(std::filesystem::exists(folder_ / name));
  EXPECT_THAT(kept(), IsEmpty());
}

}  // namespace
}  // namespace story
