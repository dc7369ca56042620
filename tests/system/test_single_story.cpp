// `ffwatt test single` from outside, with a real nginx and a real ffmpeg: a stream that arrives is saved as what
// arrived, one that dies is a failed row with the reason, and nothing of it is left running whatever happens.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "support/story.h"

namespace story {
namespace {

namespace fs = std::filesystem;

using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class TestSingleStory : public Story {
 protected:
  TestSingleStory() {
    fs::create_directories(folder_ / "tmp");
    environment_["TMPDIR"] = (folder_ / "tmp").string();
    environment_["FFWATT_SOURCES"] = "model";
  }

  // Small enough for any machine to keep up with in real time.
  static std::vector<std::string> stream(const std::string& duration, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"ffwatt",    "test",     "single",       "--name",     "t",
                                   "--bitrate", "300k",     "--resolution", "160x120",    "--fps",
                                   "25",        "--preset", "ultrafast",    "--duration", duration};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  std::vector<fs::path> results() const {
    std::vector<fs::path> found;
    if (!fs::exists(folder_ / "test_results")) return found;
    for (const auto& entry : fs::directory_iterator(folder_ / "test_results")) found.push_back(entry.path());
    return found;
  }
  json::Value saved_row() {
    const auto files = results();
    EXPECT_EQ(files.size(), 1u);
    if (files.empty()) return {};
    const auto file = parsed(content(files[0]));
    EXPECT_EQ(file.at("scenarios").items().size(), 1u);
    return file.at("scenarios").items().empty() ? json::Value() : file.at("scenarios").items()[0];
  }
  bool left_nothing_in_tmp() const { return fs::is_empty(folder_ / "tmp"); }

  // A child of a program by its name; 0 where there is none.
  static pid_t child_of(const Program& program, const std::string& name) {
    const auto proc = fs::path("/proc") / std::to_string(program.pid());
    std::istringstream pids(content(proc / "task" / std::to_string(program.pid()) / "children"));
    for (pid_t pid = 0; pids >> pid;)
      if (content("/proc/" + std::to_string(pid) + "/comm") == name + "\n") return pid;
    return 0;
  }
  // Within ten seconds, which nothing that was killed needs.
  static bool ends(pid_t pid) {
    const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
    if (process < 0) return true;
    pollfd end{process, POLLIN, 0};
    const bool ended = ::poll(&end, 1, 10'000) == 1;
    ::close(process);
    return ended;
  }
  static std::string free_url() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    ::close(listener);
    return "rtmp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/live/key";
  }

  // A program whose stream is on its way, and what it runs.
  struct Streaming {
    std::unique_ptr<Program> program;
    pid_t ffmpeg = 0, nginx = 0;
  };
  Streaming streaming(std::vector<std::string> more = {}) {
    Streaming out;
    out.program = std::make_unique<Program>(start(stream("15", std::move(more))));
    EXPECT_TRUE(out.program->prints("stream         1"));  // its first tenth
    out.ffmpeg = child_of(*out.program, "ffmpeg");
    out.nginx = child_of(*out.program, "nginx");
    EXPECT_GT(out.ffmpeg, 0);
    EXPECT_GT(out.nginx, 0);
    return out;
  }
};

TEST_F(TestSingleStory, AStreamThatArrivesIsSavedAsWhatArrived) {
  const auto ended = run(stream("4"));
  ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("Energy"), HasSubstr("estimated"), HasSubstr("h264 160x120")));
  EXPECT_THAT(ended.err, AllOf(HasSubstr("stream: 0:04"), HasSubstr("stream: completed"), HasSubstr("saved ")));
  EXPECT_THAT(ended.err, Not(HasSubstr("\r")));

  const auto row = saved_row();
  EXPECT_EQ(row.at("status"), json::Value("completed"));
  EXPECT_EQ(row.at("name"), json::Value("t"));
  EXPECT_EQ(row.at("bitrate"), json::Value("300k"));
  EXPECT_EQ(row.at("resolution"), json::Value("160x120"));
  EXPECT_GE(row.at("end_time").as_number() - row.at("start_time").as_number(), 3.5);
  EXPECT_EQ(row.at("made").at("video_codec"), json::Value("h264"));
  EXPECT_EQ(row.at("made").at("resolution"), json::Value("160x120"));
  EXPECT_EQ(row.at("progress").at("frames"), json::Value(100));
  ASSERT_FALSE(row.at("energy").items().empty());
  EXPECT_EQ(row.at("energy").items()[0].at("quality"), json::Value("estimated"));
  EXPECT_EQ(row.find("baseline"), nullptr);
  EXPECT_TRUE(left_nothing_in_tmp());

  const auto kept = parsed(run({"ffwatt", "runs", "ls", "--json"}).out);
  ASSERT_EQ(kept.at("runs").items().size(), 1u);
  EXPECT_EQ(kept.at("runs").items()[0].at("id"), row.at("run_id"));
  EXPECT_EQ(kept.at("runs").items()[0].at("kind"), json::Value("test"));
}

TEST_F(TestSingleStory, JsonIsTheResultsFileAndABaselineIsANumberOfItsOwn) {
  const auto ended = run(stream("3", {"--json", "-q", "--with-baseline", "--baseline-duration", "1"}));
  ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_THAT(ended.err, IsEmpty());
  ASSERT_EQ(results().size(), 1u);
  EXPECT_EQ(parsed(ended.out), parsed(content(results()[0])));
  const auto baseline = saved_row().at("baseline");
  EXPECT_TRUE(baseline.at("watts").is_number()) << json::write(baseline);
  EXPECT_EQ(baseline.at("duration_seconds").as_number(), 1);
}

TEST_F(TestSingleStory, OnATerminalOneLineIsDrawnAndCleared) {
  const auto ended = story::run(on_terminal(stream("3", {"--color", "never"})));
  ASSERT_EQ(ended.code, 0) << ended.out;
  EXPECT_THAT(ended.out, HasSubstr("ETA 0:0"));
  EXPECT_THAT(ended.out, HasSubstr("\r\x1b[K"));
  EXPECT_THAT(ended.out, Not(HasSubstr("stream: completed")));
}

TEST_F(TestSingleStory, AnEncoderThatDiesIsAFailedRow) {
  auto test = streaming();
  ::kill(test.ffmpeg, SIGKILL);
  const auto ended = test.program->wait();
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("ffmpeg was killed by SIGKILL"));
  const auto row = saved_row();
  EXPECT_EQ(row.at("status"), json::Value("failed"));
  EXPECT_THAT(row.at("error").as_string(), HasSubstr("ffmpeg was killed by SIGKILL"));
  EXPECT_TRUE(ends(test.nginx));
}

TEST_F(TestSingleStory, AServerThatDiesIsAFailedRowWithFfmpegsWordsAndItsOwn) {
  auto test = streaming();
  ::kill(test.nginx, SIGKILL);
  const auto ended = test.program->wait();
  EXPECT_EQ(ended.code, 1) << ended.err;
  const auto row = saved_row();
  EXPECT_EQ(row.at("status"), json::Value("failed"));
  EXPECT_THAT(row.at("error").as_string(), AnyOf(HasSubstr("Broken pipe"), HasSubstr("Connection reset")));
  EXPECT_THAT(row.at("error").as_string(), HasSubstr("the RTMP server (nginx) has ended"));
  EXPECT_FALSE(row.at("log_tail").as_string().empty());
  EXPECT_TRUE(ends(test.ffmpeg));
}

TEST_F(TestSingleStory, CtrlCInTheStreamKeepsItsRowAndLeavesNothingRunning) {
  auto test = streaming();
  test.program->signal(SIGINT);
  const auto ended = test.program->wait();
  EXPECT_EQ(ended.code, 130) << ended.err;
  const auto row = saved_row();
  EXPECT_EQ(row.at("status"), json::Value("interrupted"));
  EXPECT_TRUE(ends(test.ffmpeg));
  EXPECT_TRUE(ends(test.nginx));
  EXPECT_TRUE(left_nothing_in_tmp());
}

TEST_F(TestSingleStory, CtrlCBeforeTheStreamSavesNothingAndSaysSo) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> phases = {
      {"baseline", {"--with-baseline", "--baseline-duration", "1h"}}, {"stabilization", {"--stabilization", "1h"}}};
  for (const auto& [phase, options] : phases) {
    Program program(start(stream("4", options)));
    ASSERT_TRUE(program.prints(phase + ": 1:00:00")) << phase;
    const auto nginx = child_of(program, "nginx");
    program.signal(SIGINT);
    const auto ended = program.wait();
    EXPECT_EQ(ended.code, 130) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("nothing was streamed, nothing is saved"));
    EXPECT_THAT(results(), IsEmpty());
    EXPECT_TRUE(ends(nginx));
  }
}

TEST_F(TestSingleStory, CtrlCInTheCooldownKeepsTheRow) {
  Program program(start(stream("3", {"--cooldown", "1h"})));
  ASSERT_TRUE(program.prints("cooldown: 1:00:00"));
  program.signal(SIGINT);
  const auto ended = program.wait();
  EXPECT_EQ(ended.code, 130) << ended.err;
  EXPECT_EQ(saved_row().at("status"), json::Value("completed")) << ended.out;
}

TEST_F(TestSingleStory, WhenWeAreKilledNothingOutlivesUs) {
  auto test = streaming();
  test.program->signal(SIGKILL);
  EXPECT_EQ(test.program->wait().signal, SIGKILL);
  EXPECT_TRUE(ends(test.ffmpeg));
  EXPECT_TRUE(ends(test.nginx));
}

TEST_F(TestSingleStory, AServerOfTheUsersOwnIsUsedAndItsBitrateIsNotGuessed) {
  auto other = streaming();
  std::string port;
  for (const auto& entry : fs::directory_iterator(folder_ / "tmp")) {
    const auto text = content(entry.path() / "nginx.conf");
    const std::string before = "listen 127.0.0.1:";
    const auto at = text.find(before);
    if (at != text.npos) port = text.substr(at + before.size(), text.find(';', at) - at - before.size());
  }
  const auto url = "rtmp://127.0.0.1:" + port + "/live/mine";
  const auto ended = run(stream("4", {"--json", "--rtmp-url", url, "--output-dir", "other"}));
  ASSERT_EQ(ended.code, 0) << ended.out << ended.err;
  const auto row = parsed(ended.out).at("scenarios").items()[0];
  EXPECT_EQ(row.at("made").at("resolution"), json::Value("160x120"));
  EXPECT_EQ(row.at("made").find("bitrate_bits_per_second"), nullptr);
  EXPECT_THAT(json::write(row.at("caveats")), HasSubstr("was not seen"));
  other.program->signal(SIGINT);
  EXPECT_EQ(other.program->wait().code, 130);
}

TEST_F(TestSingleStory, WhereNobodyListensTheRowSaysSo) {
  const auto ended = run(stream("4", {"--rtmp-url", free_url()}));
  EXPECT_EQ(ended.code, 1) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Connection refused"));
  const auto row = saved_row();
  EXPECT_EQ(row.at("status"), json::Value("failed"));
  EXPECT_EQ(row.at("failure"), json::Value("transient"));
}

TEST_F(TestSingleStory, AFolderThatCannotBeWrittenIsToldBeforeAnythingStarts) {
  std::ofstream(folder_ / "file") << "not a folder";
  const auto ended = run(stream("3600", {"--output-dir", (folder_ / "file/results").string()}));
  EXPECT_NE(ended.code, 0);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("the results folder"), HasSubstr((folder_ / "file").string())));
  EXPECT_THAT(ended.err, Not(HasSubstr("stream:")));
  EXPECT_TRUE(left_nothing_in_tmp());
}

TEST_F(TestSingleStory, WithoutFfmpegItSaysWhatToInstall) {
  environment_["PATH"] = FFWATT_BIN_DIR;
  const auto ended = run(stream("4"));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("ffmpeg is not installed"), HasSubstr("apt install ffmpeg")));
  EXPECT_THAT(results(), IsEmpty());
}

TEST_F(TestSingleStory, MistakesOfTheCommandLineGive2AndStartNothing) {
  const std::vector<std::vector<std::string>> wrong = {
      {"--duration", "0"}, {"--duration=-3"}, {"--bitrate", "4000M"}, {"--encoder", "libx246"}, {"--fps", "0"}};
  for (const auto& words : wrong) {
    std::vector<std::string> all{"ffwatt", "test", "single", "--bitrate", "300k"};
    if (words[0] == "--bitrate") all.resize(3);
    all.insert(all.end(), words.begin(), words.end());
    const auto ended = run(all);
    EXPECT_EQ(ended.code, 2) << words[0] << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(words[0].substr(0, words[0].find('=')))) << ended.err;
  }
  EXPECT_FALSE(fs::exists(folder_ / "test_results"));
}

TEST_F(TestSingleStory, TheDocumentedScriptIsTheSameCommand) {
  fs::create_directories(folder_ / "scripts");
  fs::copy_file(fs::path(FFWATT_SOURCE_DIR) / "scripts/run_tests.py", folder_ / "scripts/run_tests.py");
  const auto script = (folder_ / "scripts/run_tests.py").string();
  const auto ended = run({"python3", script, "--output-dir", "here", "--skip-wait", "single", "--name", "test1",
                          "--bitrate", "300k", "--resolution", "160x120", "--duration", "3", "--wait-timeout", "5"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_TRUE(fs::exists(folder_ / "here"));
  EXPECT_EQ(run({"python3", script, "single", "--bitrate", "fast"}).code, 2) << "the exit status is passed on";

  environment_["PATH"] = "/usr/bin:/bin";
  const auto unbuilt = run({"python3", script, "single", "--name", "test1", "--bitrate", "300k"});
  EXPECT_EQ(unbuilt.code, 127);
  EXPECT_THAT(unbuilt.err, AllOf(HasSubstr("ffwatt is not built"), HasSubstr("make")));
}

}  // namespace
}  // namespace story
