// `ffwatt test multi`, `batch` and `suite` from outside, with a real nginx and a real ffmpeg: streams side by side with
// joules of their own, a plan that is killed and goes on, what is refused before anything starts.
#include <gmock/gmock.h>
#include <signal.h>

#include "support/story.h"

namespace story {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class TestBatchStory : public Story {
 protected:
  TestBatchStory() {
    fs::create_directories(folder_ / "tmp");
    environment_["TMPDIR"] = (folder_ / "tmp").string();
    environment_["FFWATT_SOURCES"] = "model";
  }

  // Small enough for any machine to keep up with in real time.
  static std::string scenario(const std::string& name, const std::string& more = "") {
    return R"({"name":")" + name +
           R"(","bitrate":"300k","resolution":"160x120","fps":25,"preset":"ultrafast","duration":3)" + more + "}";
  }
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  static std::vector<std::string> batch(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"ffwatt",          "test", "batch",      "--file", "b.json",
                                   "--stabilization", "0",    "--cooldown", "0"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  json::Value saved() {
    std::vector<fs::path> found;
    if (fs::exists(folder_ / "test_results"))
      for (const auto& entry : fs::directory_iterator(folder_ / "test_results"))
        if (entry.path().extension() == ".json") found.push_back(entry.path());
    EXPECT_EQ(found.size(), 1u);
    return found.empty() ? json::Value() : parsed(content(found[0]));
  }
  json::Array rows() { return saved().at("scenarios").items(); }
};

TEST_F(TestBatchStory, StreamsSideBySideHaveJoulesAndFactsOfTheirOwn) {
  const auto ended = run({"ffwatt", "test", "multi", "--bitrates", "300k,500k", "--resolution", "160x120", "--fps",
                          "25", "--preset", "ultrafast", "--duration", "4"});
  ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("stream 1"), HasSubstr("stream 2")));
  const auto all = rows();
  ASSERT_EQ(all.size(), 1u);
  const auto& row = all[0];
  EXPECT_EQ(row.at("bitrate"), json::Value("300k,500k"));
  EXPECT_EQ(row.at("count"), json::Value(2));
  EXPECT_EQ(row.at("progress").at("frames"), json::Value(200));
  const auto& pieces = row.at("pieces").items();
  ASSERT_EQ(pieces.size(), 2u);
  double sum = 0;
  for (const auto& piece : pieces) {
    EXPECT_EQ(piece.at("made").at("resolution"), json::Value("160x120")) << json::write(piece);
    sum += piece.at("energy").at("joules").as_number();
  }
  EXPECT_NEAR(row.at("energy").items().at(0).at("joules").as_number(), sum, 1e-6);
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(TestBatchStory, CtrlCStopsAllStreamsAndKeepsTheRow) {
  Program program(start({"ffwatt", "test", "multi", "--count", "3", "--bitrate", "300k", "--resolution", "160x120",
                         "--preset", "ultrafast", "--duration", "30"}));
  ASSERT_TRUE(program.prints("stream         1"));  // its first tenth
  program.signal(SIGINT);
  const auto ended = program.wait();
  EXPECT_EQ(ended.code, 130) << ended.err;
  const auto all = rows();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].at("status"), json::Value("interrupted"));
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(TestBatchStory, EveryScenarioOfAFileIsStreamedAndItsOutputsAreReallyEncoded) {
  write("b.json", R"({"scenarios":[{"type":"baseline","name":"idle","duration":1},)" +
                      scenario("one", R"(,"quality_target":{"psnr":15},"description":"a small one")") + "," +
                      scenario("ladder", R"(,"outputs":[{"resolution":"320x240","bitrate":"400k"},{"fps":15}])") +
                      "]}");
  const auto ended = run(batch());
  ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("3 scenarios, 0:07 in all"), HasSubstr("3/3 ladder: completed")));
  const auto all = rows();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].at("type"), json::Value("baseline"));
  EXPECT_TRUE(all[0].at("power").at("watts").is_number());
  EXPECT_EQ(all[1].at("description"), json::Value("a small one"));
  EXPECT_EQ(all[1].at("quality_reached"), json::Value(true)) << json::write(all[1]);
  EXPECT_GT(all[1].at("outputs").items()[0].at("quality").at("psnr").at("mean").as_number(), 15);
  EXPECT_EQ(all[1].at("baseline").at("watts"), all[0].at("power").at("watts"));
  const auto& pieces = all[2].at("pieces").items();
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].at("made").at("resolution"), json::Value("320x240"));
  EXPECT_EQ(pieces[1].at("made").at("resolution"), json::Value("160x120"));
  EXPECT_EQ(pieces[1].at("frames"), json::Value(45)) << "3 s of 15 frames";
  EXPECT_EQ(parsed(run({"ffwatt", "runs", "ls", "--json"}).out).at("runs").items().size(), 2u);
  EXPECT_TRUE(fs::is_empty(folder_ / "tmp"));
}

TEST_F(TestBatchStory, AQualityThatIsNotReachedIsABreachedGate) {
  write("b.json", "[" + scenario("one", R"(,"quality_target":{"psnr":99})") + "]");
  const auto ended = run(batch({"-q"}));
  EXPECT_EQ(ended.code, 3) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("'one': psnr is "), HasSubstr("at least 99 was asked for")));
  EXPECT_EQ(rows().at(0).at("quality_reached"), json::Value(false));
}

TEST_F(TestBatchStory, APlanThatWasKilledGoesOnAfterWhatItHas) {
  write("b.json", "[" + scenario("one") + "," + scenario("two") + "]");
  {
    Program program(start(batch()));
    ASSERT_TRUE(program.prints("2/2 stream"));
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait().signal, SIGKILL);
  }
  ASSERT_EQ(rows().size(), 1u);
  const auto first = rows()[0];
  const auto ended = run(batch({"--resume"}));
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, Not(HasSubstr("1/2 stream")));
  const auto all = rows();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0], first);
  EXPECT_EQ(all[1].at("name"), json::Value("two"));
  const auto again = run(batch({"--resume"}));
  EXPECT_EQ(again.code, 1) << "there is nothing left to do";
  EXPECT_THAT(again.err, HasSubstr("leave --resume out"));
}

TEST_F(TestBatchStory, CtrlCSaysHowToGoOn) {
  write("b.json", "[" + scenario("one") + "," + scenario("two", R"(,"stabilization":"1h")") + "]");
  Program program(start(batch()));
  ASSERT_TRUE(program.prints("2/2 stabilization: 1:00:00"));
  program.signal(SIGINT);
  const auto ended = program.wait();
  EXPECT_EQ(ended.code, 130) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr("1 of 2 scenarios are done"), HasSubstr("--resume goes on")));
  EXPECT_EQ(rows().size(), 1u);
}

TEST_F(TestBatchStory, AFileWithFaultsStartsNothing) {
  write("b.json", R"([{"bitrate":"1M","durration":3},{"bitrate":"fast"}])");
  const auto ended = run(batch());
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("b.json: /0/durration: unknown field"), HasSubstr("/1/bitrate: 'fast'")));
  EXPECT_FALSE(fs::exists(folder_ / "test_results"));
  EXPECT_EQ(run({"ffwatt", "test", "batch"}).code, 2);
  EXPECT_EQ(run({"ffwatt", "test", "batch", "--file", "absent.json"}).code, 1);
}

TEST_F(TestBatchStory, ADryRunTellsThePlanAndStartsNothing) {
  environment_["PATH"] = FFWATT_BIN_DIR;  // no ffmpeg, no nginx
  const auto ended = run({"ffwatt", "test", "suite", "--streams", "1,2", "--bitrates", "2500k", "--dry-run"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("2 streams @2500k"), HasSubstr("4 scenarios, 16:00 in all")));
  EXPECT_FALSE(fs::exists(folder_ / "test_results"));
}

TEST_F(TestBatchStory, TheDocumentedScriptPassesAllFourOn) {
  fs::create_directories(folder_ / "scripts");
  fs::copy_file(fs::path(FFWATT_SOURCE_DIR) / "scripts/run_tests.py", folder_ / "scripts/run_tests.py");
  const auto script = (folder_ / "scripts/run_tests.py").string();
  write("b.json", "[" + scenario("from the file") + "]");
  const std::vector<std::pair<std::vector<std::string>, std::string>> lines = {
      {{"--output-dir", "x", "--dry-run", "single", "--name", "a b", "--bitrate", "300k"}, "a b"},
      {{"multi", "--count", "2", "--bitrate", "300k", "--dry-run"}, "2 times"},
      {{"--skip-wait", "batch", "--file", "b.json", "--dry-run"}, "from the file"},
      {{"--dry-run", "suite", "--baseline-duration", "120", "--scenario-duration", "300", "--stabilization", "30",
        "--cooldown", "30"},
       "baseline after"},
      {{"--dry-run"}, "baseline after"}};
  for (const auto& [words, expected] : lines) {
    std::vector<std::string> all{"python3", script};
    all.insert(all.end(), words.begin(), words.end());
    const auto ended = run(all);
    EXPECT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(expected));
  }
}

}  // namespace
}  // namespace story
