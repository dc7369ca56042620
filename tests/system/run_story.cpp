// `ffwatt run` from outside: the command must not notice us, and the numbers must not lie.
#include <gmock/gmock.h>
#include <signal.h>

#include "support/story.h"

namespace story {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class RunStory : public Story {
 protected:
  json::Value runs() {
    const auto listed = run({"ffwatt", "runs", "ls", "--json"});
    EXPECT_EQ(listed.code, 0) << listed.err;
    return parsed(listed.out);
  }
  std::size_t kept() { return runs().at("runs").items().size(); }
  static const std::string child;
};
const std::string RunStory::child = std::string(FFWATT_BIN_DIR) + "/story_child";

TEST_F(RunStory, PassesTheExitCodeOfTheCommandOn) {
  for (const int code : {0, 1, 7, 100, 106, 127, 255}) {
    const auto ended = run({"ffwatt", "run", "-q", "--no-save", "--", "sh", "-c", "exit " + std::to_string(code)});
    EXPECT_EQ(ended.code, code) << ended.err;
  }
}

TEST_F(RunStory, ACommandKilledByASignalGives128AndItsNumber) {
  EXPECT_EQ(run({"ffwatt", "run", "-q", "--", "sh", "-c", "kill -KILL $$"}).code, 128 + SIGKILL);
  EXPECT_EQ(run({"ffwatt", "run", "-q", "--", "sh", "-c", "kill -SEGV $$"}).code, 128 + SIGSEGV);
}

TEST_F(RunStory, ACommandThatIsNotThereGives127AndOneThatCannotRun126) {
  const auto absent = run({"ffwatt", "run", "--", "no-such-program"});
  EXPECT_EQ(absent.code, 127);
  EXPECT_THAT(absent.err, StartsWith("ffwatt run: no-such-program is not installed or not in PATH"));
  std::ofstream(folder_ / "plain.txt") << "no program\n";
  const auto denied = run({"ffwatt", "run", "--", "./plain.txt"});
  EXPECT_EQ(denied.code, 126);
  EXPECT_THAT(denied.err, HasSubstr("not executable"));
  EXPECT_THAT(absent.out + denied.out, IsEmpty());
  EXPECT_EQ(kept(), 0u);
}

TEST_F(RunStory, WhatIsThereAndNoProgramGives126AndNoNameAtAll127) {
  std::ofstream(folder_ / "text") << "no program\n";
  std::filesystem::permissions(folder_ / "text", std::filesystem::perms::owner_all);
  const struct {
    std::string command;
    int code;
    std::string text;
  } cases[] = {{"/tmp", 126, "/tmp is a folder, not a program"},
               {"./", 126, "./ is a folder, not a program"},
               {"/dev/null", 126, "/dev/null is no regular file, not a program"},
               {"./text", 126, "starting ./text: not a program for this machine"},
               {"./nothing", 127, "./nothing does not exist"},
               {"", 127, "the command's name is empty"}};
  for (const auto& c : cases) {
    const auto ended = run({"ffwatt", "run", "--", c.command});
    EXPECT_EQ(ended.code, c.code) << c.command;
    EXPECT_THAT(ended.err, StartsWith("ffwatt run: " + c.text));
  }
}

TEST_F(RunStory, MistakesOfTheCommandLineGive2AndRunNothing) {
  const std::vector<std::vector<std::string>> wrong = {
      {"ffwatt", "run"},
      {"ffwatt", "run", "--"},
      {"ffwatt", "run", "--nmae", "x", "--", "touch", "ran"},
      {"ffwatt", "run", "--timeout", "soon", "--", "touch", "ran"},
      {"ffwatt", "run", "--timeout", "0", "--", "touch", "ran"},
      {"ffwatt", "run", "--tag", "no-value", "--", "touch", "ran"},
      {"ffwatt", "run", "--out", "x.pdf", "--", "touch", "ran"},
      {"ffwatt", "run", "--out", "nowhere/r.json", "--", "touch", "ran"},
  };
  for (const auto& words : wrong) {
    const auto ended = run(words);
    EXPECT_EQ(ended.code, 2) << words[2];
    EXPECT_THAT(ended.err, Not(IsEmpty()));
    EXPECT_THAT(ended.out, IsEmpty());
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ran"));
}

TEST_F(RunStory, TheCommandsOutputIsUntouchedByteForByteAndOurWordsAreOnStderr) {
  const auto ended =
      run({"ffwatt", "run", "--", "sh", "-c", R"(printf 'a\0b\377\r\n'; printf 'words of its own\n' >&2)"});
  EXPECT_EQ(ended.out, std::string("a\0b\377\r\n", 6));
  EXPECT_THAT(ended.err, StartsWith("words of its own\n"));
  EXPECT_THAT(ended.err, HasSubstr("Energy"));
}

TEST_F(RunStory, TheCommandHasTheNameThatWasTyped) {
  EXPECT_EQ(run({"ffwatt", "run", "-q", "--", "sh", "-c", "echo $0"}).out, "sh\n");
  const auto shown = run({"ffwatt", "run", "--json", "--", "true", "x"});
  EXPECT_EQ(parsed(shown.err).at("command"), json::Value::array({"true", "x"}));
}

TEST_F(RunStory, NobodyIsBlamedForAFailureThatIsTheCommandsOwn) {
  const auto ended = run({"ffwatt", "run", "--", "sh", "-c", "exit 3"});
  EXPECT_THAT(ended.err, HasSubstr("exit code 3"));
  EXPECT_THAT(ended.err, Not(HasSubstr("fault")));
}

// Other work runs beside it: the machine takes more than the run, and the run's power is still its own.
TEST_F(RunStory, PowerTimesTimeIsTheEnergy) {
  Program other(start({"sh", "-c", "while :; do :; done"}));
  const auto ended = run({"ffwatt", "run", "--json", "--power-source", "model", "--", "sh", "-c",
                          "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"});
  other.signal(SIGKILL);
  const auto report = parsed(ended.err);
  const auto& total = report.at("energy").items().at(0);
  ASSERT_TRUE(total.at("joules").is_number()) << ended.err;
  const double seconds = report.at("elapsed_seconds").as_number(), joules = total.at("joules").as_number();
  EXPECT_NEAR(report.at("power").at("watts").as_number() * seconds, joules, 1e-6 * joules) << ended.err;
}

TEST_F(RunStory, StdinGoesToTheCommand) {
  Program program(start({"ffwatt", "run", "-q", "--", "cat"}));
  program.type("one\ntwo");
  program.close_stdin();
  EXPECT_EQ(program.wait().out, "one\ntwo");
}

TEST_F(RunStory, TheCommandLearnsTheIdUnderWhichItsRunIsKept) {
  const auto id = run({"ffwatt", "run", "-q", "--", "sh", "-c", "printf $FFWATT_RUN_ID"}).out;
  EXPECT_EQ(runs().at("runs").items().at(0).at("id").as_string(), id);
  EXPECT_EQ(run({"ffwatt", "runs", "show", id}).code, 0);
}

TEST_F(RunStory, ARunWithinARunHasAnIdOfItsOwn) {
  const auto ended = run(
      {"ffwatt", "run", "-q", "--", "sh", "-c", "echo $FFWATT_RUN_ID; ffwatt run -q -- sh -c 'echo $FFWATT_RUN_ID'"});
  std::istringstream lines(ended.out);
  std::string outer, inner;
  lines >> outer >> inner;
  EXPECT_FALSE(inner.empty());
  EXPECT_NE(outer, inner);
  EXPECT_EQ(kept(), 2u);
}

TEST_F(RunStory, JsonIsOneDocumentOnStderrWithoutAZeroForWhatIsNotKnown) {
  // A source that has nothing to read, and work that is too short for any: nothing of it may become a number.
  for (const auto* sources : {"powercap", "model"}) {
    const auto ended =
        run({"ffwatt", "run", "--json", "--power-source", sources, "--name", "n", "--tag", "note=a,b", "--", "true"});
    ASSERT_EQ(ended.code, 0) << ended.err;
    EXPECT_THAT(ended.out, IsEmpty());
    const auto report = parsed(ended.err);
    EXPECT_EQ(report.at("schema"), json::Value("ffwatt.run/1"));
    EXPECT_EQ(report.at("name"), json::Value("n"));
    EXPECT_EQ(report.at("tags").at("note"), json::Value("a,b"));
    ASSERT_TRUE(report.at("energy").is_array());
    for (const auto& line : report.at("energy").items()) {
      if (line.at("quality") != json::Value("unmeasurable")) {
        EXPECT_TRUE(line.at("joules").is_number());
        EXPECT_EQ(line.at("ci95").items().size(), 2u);
        EXPECT_FALSE(line.at("source").as_string().empty());
      } else {
        EXPECT_TRUE(line.at("joules").is_null()) << json::write(line);
        EXPECT_FALSE(line.at("reason").as_string().empty());
      }
    }
  }
}

TEST_F(RunStory, AnOutFileHasTheFormatOfItsName) {
  for (const auto* name : {"r.json", "r.html", "r.csv", "r.md"})
    EXPECT_EQ(run({"ffwatt", "run", "-q", "--out", name, "--", "true"}).code, 0);
  EXPECT_EQ(parsed(content(folder_ / "r.json")).at("schema"), json::Value("ffwatt.run/1"));
  EXPECT_THAT(content(folder_ / "r.html"), StartsWith("<!doctype html>"));
}

TEST_F(RunStory, AnOutFileThatCannotBeWrittenIsAWarningAndTheCommandsCodeStays) {
  std::filesystem::create_directory(folder_ / "d");
  const auto ended = run({"ffwatt", "run", "-q", "--out", "d/r.json", "--", "sh", "-c", "rmdir d; exit 3"});
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.err, HasSubstr("warning: --out: "));
}

TEST_F(RunStory, CtrlCReachesTheCommandOnceWhoseCodeStaysAndTheRunIsKeptAsInterrupted) {
  for (const std::string code : {"0", "255"}) {
    Program program(on_terminal({"ffwatt", "run", "--", child, "signals", code}));
    ASSERT_TRUE(program.prints("ready"));
    program.type("\x03");
    ASSERT_TRUE(program.prints("got SIGINT"));
    program.type("done\n");
    const auto ended = program.wait();
    EXPECT_EQ(ended.code, std::stoi(code)) << ended.out;
    EXPECT_THAT(ended.out, HasSubstr("SIGINT 1 SIGTERM 0"));
    EXPECT_THAT(ended.out, HasSubstr("Ctrl-C"));
  }
  const auto kept_runs = runs();
  ASSERT_EQ(kept_runs.at("runs").items().size(), 2u);
  EXPECT_THAT(json::write(kept_runs), HasSubstr("\"interrupted\""));
}

TEST_F(RunStory, ACtrlCOfWhichTheCommandEndedBeforeWeLookedIsAnInterruption) {
  Program program(on_terminal({"ffwatt", "run", "--", child, "signals", "0"}));
  ASSERT_TRUE(program.prints("ready"));
  program.signal(SIGSTOP);  // a machine too busy to let it run
  program.type("\x03");
  ASSERT_TRUE(program.prints("got SIGINT"));
  program.type("done\n");
  ASSERT_TRUE(program.prints("SIGINT 1 SIGTERM 0"));
  program.signal(SIGCONT);
  EXPECT_THAT(program.wait().out, HasSubstr("Ctrl-C"));
}

TEST_F(RunStory, ACommandThatDiesOfCtrlCGives130) {
  Program program(on_terminal({"ffwatt", "run", "--", child, "file", (folder_ / "never").string()}));
  ASSERT_TRUE(program.prints("ready"));
  program.type("\x03");
  EXPECT_EQ(program.wait().code, 130);
}

TEST_F(RunStory, ASigtermIsForwardedOnce) {
  Program program(start({"ffwatt", "run", "--", child, "signals", "7"}));
  ASSERT_TRUE(program.prints("ready"));
  program.signal(SIGTERM);
  ASSERT_TRUE(program.prints("got SIGTERM"));
  program.type("done\n");
  const auto ended = program.wait();
  EXPECT_EQ(ended.code, 7);
  EXPECT_THAT(ended.out, HasSubstr("SIGINT 0 SIGTERM 1"));
  EXPECT_EQ(kept(), 1u);
}

TEST_F(RunStory, ACommandThatDiesOfSigtermGives143) {
  Program program(start({"ffwatt", "run", "--", child, "file", (folder_ / "never").string()}));
  ASSERT_TRUE(program.prints("ready"));
  program.signal(SIGTERM);
  EXPECT_EQ(program.wait().code, 128 + SIGTERM);
}

TEST_F(RunStory, ATimeLimitStopsTheCommandAndGives124) {
  const auto ended = run({"ffwatt", "run", "--timeout", "50ms", "--", child, "file", (folder_ / "never").string()});
  EXPECT_EQ(ended.code, 124) << ended.err;
  EXPECT_EQ(kept(), 1u);
}

TEST_F(RunStory, TwoRunsAtOnceAreBothKept) {
  const auto gate = (folder_ / "gate").string();
  Program one(start({"ffwatt", "run", "--name", "one", "--", child, "file", gate}));
  Program two(start({"ffwatt", "run", "--name", "two", "--", child, "file", gate}));
  ASSERT_TRUE(one.prints("ready"));
  ASSERT_TRUE(two.prints("ready"));
  std::ofstream(gate) << "open";
  EXPECT_EQ(one.wait().code, 0);
  EXPECT_EQ(two.wait().code, 0);
  EXPECT_EQ(kept(), 2u);
}

TEST_F(RunStory, AStateFolderThatCannotBeWrittenIsAWarningAndTheCommandsCodeStays) {
  // A file where the folder should be: refused to root too.
  std::ofstream(folder_ / "file") << "";
  environment_["FFWATT_STATE_DIR"] = (folder_ / "file" / "state").string();
  const auto ended = run({"ffwatt", "run", "--", "sh", "-c", "exit 9"});
  EXPECT_EQ(ended.code, 9);
  EXPECT_THAT(ended.err, HasSubstr("warning: this run is not in the list of runs"));
  EXPECT_THAT(ended.err, HasSubstr("Energy"));
  EXPECT_THAT(ended.err, Not(HasSubstr("saved run")));
}

TEST_F(RunStory, WithoutSavingNothingIsKeptAndNothingMade) {
  EXPECT_EQ(run({"ffwatt", "run", "--no-save", "--", "true"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "state"));
}

TEST_F(RunStory, WorksWithoutHomeAndWithoutAnyVariable) {
  environment_ = {{"PATH", environment_["PATH"]}, {"FFWATT_STATE_DIR", (folder_ / "state").string()}};
  EXPECT_EQ(run({"ffwatt", "run", "--", "true"}).code, 0);
  EXPECT_EQ(kept(), 1u);
}

TEST_F(RunStory, ColorIsForTerminalsThatWantIt) {
  const std::string escape = "\x1b[";
  EXPECT_THAT(run({"ffwatt", "run", "--", "true"}).err, Not(HasSubstr(escape)));
  EXPECT_THAT(story::run(on_terminal({"ffwatt", "run", "--", "true"})).out, HasSubstr(escape));
  EXPECT_THAT(run({"ffwatt", "run", "--color", "always", "--", "true"}).err, HasSubstr(escape));
  EXPECT_THAT(story::run(on_terminal({"ffwatt", "run", "--color", "never", "--", "true"})).out, Not(HasSubstr(escape)));
  environment_["NO_COLOR"] = "1";
  EXPECT_THAT(story::run(on_terminal({"ffwatt", "run", "--", "true"})).out, Not(HasSubstr(escape)));
}

TEST_F(RunStory, TheSummaryFitsTheTerminal) {
  for (const int columns : {40, 80, 120}) {
    const auto ended = story::run(on_terminal({"ffwatt", "run", "--color", "never", "--", "true"}, columns));
    std::istringstream lines(ended.out);
    for (std::string line; std::getline(lines, line);) {
      const auto characters =
          std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80 && c != '\r'; });
      EXPECT_LE(characters, columns) << line;
    }
  }
}

TEST_F(RunStory, MeasuredEnergyThatIsRequiredButNotThereStopsBeforeTheStart) {
  const auto ended = run({"ffwatt", "run", "--require", "measured", "--power-source", "model", "--", "touch", "ran"});
  EXPECT_EQ(ended.code, 5);
  EXPECT_THAT(ended.err, HasSubstr("no source here gives measured energy"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ran"));
}

TEST_F(RunStory, APowerSourceThatIsNamedButNotThereIsToldAtTheStartAndInTheResult) {
  // A library that is on no machine.
  const std::vector<std::string> nvml = {"ffwatt", "run", "--power-source", "nvml", "--nvml-library", "/no/nvml.so"};
  auto words = nvml;
  words.insert(words.end(), {"--", "sh", "-c", "echo started >&2"});
  const auto ended = run(words);
  EXPECT_EQ(ended.code, 0);
  const auto warning = ended.err.find("ffwatt run: warning: none of the power sources that --power-source");
  ASSERT_NE(warning, std::string::npos) << ended.err;
  EXPECT_LT(warning, ended.err.find("started\n"));
  const auto report = parsed(run({"ffwatt", "runs", "show", "last", "--json"}).out);
  EXPECT_THAT(report.at("energy").items().at(0).at("reason").as_string(), HasSubstr("nvml: NVIDIA's library: "));
  words = nvml;
  words.insert(words.end(), {"--require", "estimated", "--", "touch", "ran"});
  const auto refused = run(words);
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, HasSubstr("nvml: NVIDIA's library: "));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ran"));
}

TEST_F(RunStory, AnEncodeHasItsFramesItsSpeedAndItsJoulesPerFrame) {
  // Paced by the clock (-re), so that it lasts long enough for any meter, on any machine.
  const std::vector<std::string> encode = {"ffmpeg",
                                           "-nostdin",
                                           "-hide_banner",
                                           "-v",
                                           "error",
                                           "-y",
                                           "-re",
                                           "-f",
                                           "lavfi",
                                           "-i",
                                           "testsrc2=s=128x96:r=25:d=2",
                                           "-c:v",
                                           "libx264",
                                           "-preset",
                                           "ultrafast",
                                           "out.mp4"};
  std::vector<std::string> words{"ffwatt", "run", "--power-source", "model", "--"};
  words.insert(words.end(), encode.begin(), encode.end());
  const auto ended = run(words);
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("50 frames"));
  EXPECT_THAT(ended.err, HasSubstr("fps"));
  EXPECT_THAT(ended.err, ContainsRegex("Per frame +[0-9.]+ m?J"));
  const auto report = runs().at("runs").items().at(0);
  EXPECT_EQ(report.at("progress").at("frames"), json::Value(50));
  // Word for word what the user typed, without what we need for ourselves.
  EXPECT_THAT(ended.err, Not(HasSubstr("out_time")));
  EXPECT_GT(std::filesystem::file_size(folder_ / "out.mp4"), 0u);
}

}  // namespace
}  // namespace story
