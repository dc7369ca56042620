#include "runner/run_workload.h"

#include <signal.h>
#include <unistd.h>

#include <thread>

#include "base/text.h"
#include "runner/workshop_test.h"

namespace runner {
namespace {

using jobs::End;
using jobs::FailureClass;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RunWorkload : public Workshop {
 protected:
  // Blocked for the whole process before any thread of a test starts.
  static void SetUpTestSuite() { signals_ = new os::SignalSet{SIGTERM, SIGINT}; }
  static void TearDownTestSuite() { delete signals_; }

  // Runs `act` on another thread once the script has opened the gate.
  template <class Act>
  static std::jthread when_open(std::string gate, Act act) {
    return std::jthread([gate = std::move(gate), act] {
      await(gate);
      act();
    });
  }
  static os::SignalSet* signals_;
};
os::SignalSet* RunWorkload::signals_ = nullptr;

TEST_F(RunWorkload, TellsWhatRanHowItEndedAndWhatItTook) {
  auto asked = shell("echo to stdout; echo to stderr >&2");
  asked.tags = {{"codec", "none"}};
  const auto report = run(asked);
  EXPECT_EQ(report.id, asked.id);
  EXPECT_EQ(report.kind, "run");
  EXPECT_THAT(report.tags, Contains(std::pair<const std::string, std::string>("codec", "none")));
  EXPECT_THAT(report.node, Not(IsEmpty()));
  EXPECT_THAT(report.command, ElementsAre(asked.command.program.string(), "-c", asked.command.arguments[1]));
  EXPECT_EQ(report.outcome.end, End::completed);
  EXPECT_EQ(report.outcome.exit_code, 0);
  EXPECT_EQ(report.log_tail, "to stdout\nto stderr");
  EXPECT_GT(report.timings.elapsed.value(), 0);
  EXPECT_LE(report.timings.started, report.timings.ended);
  ASSERT_TRUE(report.cpu_time);
  EXPECT_FALSE(report.energy.empty());
}

TEST_F(RunWorkload, ShowsTheCommandAsTheUserTypedIt) {
  auto asked = shell("true");
  asked.command.shown = {"sh", "-c", "true"};
  EXPECT_THAT(run(asked).command, ElementsAre("sh", "-c", "true"));
}

TEST_F(RunWorkload, EnergyIsThatOfTheTimeInWhichTheCommandRan) {
  const auto report = run(request("ffmpeg", {"-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i",
                                             "testsrc2=s=64x64:r=25:d=1", "-f", "null", "-"}));
  ASSERT_EQ(report.outcome.end, End::completed) << report.outcome.error;
  const auto* line = jobs::headline(report.energy);
  ASSERT_TRUE(line && line->energy.known()) << (line ? line->energy.reason() : "no line");
  // At most all of the 10 W, at least its reserved share of the 4 W that are always drawn.
  EXPECT_LE(line->energy.value().value(), 10 * report.timings.elapsed.value() * 1.05);
  EXPECT_GE(line->energy.high().value(), 4 * report.timings.elapsed.value() * 0.9);
}

TEST_F(RunWorkload, AProgramThatIsNotThereIsAnErrorAndNotAReport) {
  auto asked = shell("true");
  asked.command.program = folder_ / "no-such-program";
  const auto absent = run_workload(host(), *meter_, asked);
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind(), base::ErrorKind::absent);
  asked.command.program = folder_.write("plain.txt", "no program");
  const auto denied = run_workload(host(), *meter_, asked);
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(denied.error().kind(), base::ErrorKind::denied);
}

TEST_F(RunWorkload, AFailureHasTheExitCodeAndTheLastWords) {
  const auto report = run(shell("echo it broke >&2; exit 7"));
  EXPECT_EQ(report.outcome.end, End::failed);
  EXPECT_EQ(report.outcome.exit_code, 7);
  EXPECT_EQ(report.outcome.error, "sh failed with exit code 7: it broke");
}

TEST_F(RunWorkload, ACrashHasItsSignal) {
  const auto report = run(shell("kill -SEGV $$"));
  EXPECT_EQ(report.outcome.signal, SIGSEGV);
  EXPECT_EQ(report.outcome.failure, FailureClass::none) << "a crash of a command that is not ours";
}

TEST_F(RunWorkload, ACapturedCommandReadsNothingFromUsAndLeadsItsOwnGroup) {
  const auto report = run(shell("cat; ps -o pgid= -p $$ | tr -d ' '; echo $$"));
  const auto lines = base::split(report.log_tail, '\n');
  ASSERT_EQ(lines.size(), 2u) << report.log_tail;
  EXPECT_EQ(lines[0], lines[1]);
}

TEST_F(RunWorkload, CancelAsksTheGroupToFinishAndWaitsForIt) {
  auto asked = shell("trap 'echo finished properly; exit 0' INT; echo > " + gate() + "; sleep infinity & wait");
  std::stop_source stop;
  asked.cancel = stop.get_token();
  const auto at_the_gate = when_open(gate(), [&] { stop.request_stop(); });
  const auto report = run(std::move(asked));
  EXPECT_EQ(report.outcome.end, End::canceled);
  EXPECT_EQ(report.outcome.failure, FailureClass::canceled);
  EXPECT_THAT(report.log_tail, HasSubstr("finished properly"));
  EXPECT_THAT(report.caveats, Contains(HasSubstr("the part that ran")));
}

TEST_F(RunWorkload, ACancelThatWasThereBeforeTheStartEndsItToo) {
  auto asked = request("sleep", {"infinity"});  // not by a shell, which may lose a SIGINT while it starts
  std::stop_source stop;
  stop.request_stop();
  asked.cancel = stop.get_token();
  EXPECT_EQ(run(std::move(asked)).outcome.end, End::canceled);
}

TEST_F(RunWorkload, WhatIgnoresTheRequestIsKilledWhenTheGraceIsOver) {
  for (os::Host* on : {&host(), &without_control_groups()}) {
    // It ends when its first child does: of the many that have to be killed, one of the first.
    auto asked = shell(
        "trap '' INT TERM; sleep infinity & first=$!; i=0; while [ $i -lt 100 ]; do sleep infinity & i=$((i+1)); "
        "done; echo > " +
        gate() + "; wait $first");
    asked.grace = units::Seconds(0.1);
    std::stop_source stop;
    asked.cancel = stop.get_token();
    const auto at_the_gate = when_open(gate(), [&] { stop.request_stop(); });
    const auto report = run(std::move(asked), on);
    EXPECT_EQ(report.outcome.end, End::canceled);
    EXPECT_EQ(report.outcome.signal, SIGKILL) << "not by itself, because its child was killed before it";
  }
}

TEST_F(RunWorkload, WithoutControlGroupsAKillReachesWhatLeftTheGroupAndWhatItWouldStartNext) {
  auto asked = shell("trap '' INT TERM; while :; do setsid -w sh -c 'echo $$; echo > " + gate() +
                     "; exec sleep infinity'; done");
  asked.grace = units::Seconds(0);
  std::stop_source stop;
  asked.cancel = stop.get_token();
  const auto at_the_gate = when_open(gate(), [&] { stop.request_stop(); });
  const auto report = run(std::move(asked), &without_control_groups());
  const auto started = base::split(report.log_tail, '\n');
  EXPECT_EQ(started.size(), 1u) << "nothing new was started: " << report.log_tail;
  for (const auto& pid : started) EXPECT_TRUE(ends(static_cast<pid_t>(*base::to_int(pid)))) << report.log_tail;
}

TEST_F(RunWorkload, ATimeLimitEndsItAsTimeout) {
  auto asked = request("sleep", {"infinity"});
  asked.timeout = units::Seconds(0.1);
  const auto report = run(std::move(asked));
  EXPECT_EQ(report.outcome.end, End::timeout);
  EXPECT_EQ(report.outcome.failure, FailureClass::timeout);
  EXPECT_GE(report.timings.elapsed.value(), 0.1);
}

TEST_F(RunWorkload, ASignalOfTheProgramInterruptsAndIsTold) {
  auto asked = shell("trap 'echo got it; exit 255' INT; echo > " + gate() + "; sleep infinity & wait");
  asked.signals = signals_;
  const auto at_the_gate = when_open(gate(), [] { ::kill(::getpid(), SIGTERM); });
  const auto report = run(std::move(asked));
  EXPECT_EQ(report.outcome.end, End::interrupted);
  EXPECT_EQ(report.outcome.failure, FailureClass::interruption);
  EXPECT_EQ(report.outcome.exit_code, 255);
  EXPECT_THAT(report.log_tail, HasSubstr("got it"));
}

TEST_F(RunWorkload, InTheTerminalASigtermIsPassedOn) {
  auto asked = shell("trap 'kill -9 $!; exit 3' TERM; sleep infinity & echo > " + gate() + "; wait");
  asked.terminal = Request::Terminal::terminal;
  asked.signals = signals_;
  const auto at_the_gate = when_open(gate(), [] { ::kill(::getpid(), SIGTERM); });
  const auto report = run(std::move(asked));
  EXPECT_EQ(report.outcome.end, End::interrupted);
  EXPECT_EQ(report.outcome.exit_code, 3);
  EXPECT_THAT(report.log_tail, IsEmpty());
  for (const auto& caveat : report.caveats) SCOPED_TRACE(caveat);
}

TEST_F(RunWorkload, NoProgressForTooLongIsATransientFailure) {
  auto asked = request("sleep", {"infinity"});
  asked.progress_pipe = Request::ProgressPipe::yes;
  asked.stall = units::Seconds(0.1);
  const auto report = run(std::move(asked));
  EXPECT_EQ(report.outcome.end, End::failed);
  EXPECT_EQ(report.outcome.failure, FailureClass::transient);
  EXPECT_THAT(report.outcome.error, HasSubstr("no progress for"));
}

TEST_F(RunWorkload, ChildrenThatOutliveACapturedCommandAreKilled) {
  const auto report = run(shell("sleep infinity & echo $!"));
  EXPECT_EQ(report.outcome.end, End::completed);
  EXPECT_TRUE(ends(static_cast<pid_t>(*base::to_int(report.log_tail))));
}

TEST_F(RunWorkload, ChildrenThatLeftTheirGroupAreKilledByTheControlGroup) {
  if (!has_control_groups()) return;  // without one nobody can find them, and the header says so
  const auto report =
      run(shell("setsid sh -c 'echo $$; echo > " + gate() + "; exec sleep infinity' & read x < " + gate()));
  EXPECT_TRUE(ends(static_cast<pid_t>(*base::to_int(report.log_tail)))) << report.log_tail;
  EXPECT_THAT(report.caveats, Contains(HasSubstr("outlived it and had to be killed")));
}

TEST_F(RunWorkload, InTheTerminalBackgroundChildrenAreLeftAloneAndTold) {
  auto asked = shell("sleep infinity > /dev/null 2>&1 & echo $! > " + (folder_ / "pid").string());
  asked.terminal = Request::Terminal::terminal;
  const auto report = run(std::move(asked));
  const auto pid = static_cast<pid_t>(*base::to_int(base::trim(folder_.read("pid"))));
  EXPECT_TRUE(alive(pid));
  if (has_control_groups()) {
    EXPECT_THAT(report.caveats, Contains(HasSubstr("1 process of the command still run")));
  }
  ::kill(pid, SIGKILL);
}

TEST_F(RunWorkload, ControlGroupsOfEarlierRunsThatAreEmptyNowAreRemoved) {
  if (!has_control_groups()) return;
  auto asked = shell("sleep infinity > /dev/null 2>&1 & echo $! > " + (folder_ / "pid").string());
  asked.id += "-earlier";
  asked.terminal = Request::Terminal::terminal;
  const auto group = "run-" + asked.id;
  run(asked);
  EXPECT_THAT(host().cgroups.list().value(), Contains(group)) << "something lives in it";
  const auto pid = static_cast<pid_t>(*base::to_int(base::trim(folder_.read("pid"))));
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(ends(pid));
  run(shell("true"));
  EXPECT_THAT(host().cgroups.list().value(), Not(Contains(group)));
}

TEST_F(RunWorkload, WithoutControlGroupsTheProcessTreeIsCounted) {
  auto& without = without_control_groups();
  const std::string burn = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
  const auto report = run_workload(without, *meter_, shell("sh -c '" + burn + "'; " + burn));
  ASSERT_TRUE(report.ok());
  ASSERT_TRUE(report->cpu_time);
  EXPECT_GT(report->cpu_time->value(), 0.01);
  const auto killed = run_workload(without, *meter_, [&] {
    auto asked = shell("sleep infinity & echo $!; wait");
    asked.timeout = units::Seconds(0.1);
    return asked;
  }());
  ASSERT_TRUE(killed.ok());
  EXPECT_TRUE(ends(static_cast<pid_t>(*base::to_int(killed->log_tail))));
}

TEST_F(RunWorkload, TheLogFileHoldsEverything) {
  auto asked = shell("i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i+1)); done");
  asked.log_file = folder_ / "log";
  const auto report = run(std::move(asked));
  EXPECT_THAT(folder_.read("log"), HasSubstr("line 0\n"));
  EXPECT_THAT(report.log_tail, Not(HasSubstr("line 0\n")));
  EXPECT_THAT(report.log_tail, HasSubstr("line 199"));
}

TEST_F(RunWorkload, FfmpegReportsItsFramesWithoutShowingHowItWasAsked) {
  for (const auto terminal : {Request::Terminal::captured, Request::Terminal::terminal}) {
    auto asked = request(
        "ffmpeg", {"-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=2", "-f", "null", "-"});
    asked.progress_pipe = Request::ProgressPipe::yes;
    asked.terminal = terminal;
    const auto report = run(std::move(asked));
    ASSERT_TRUE(report.progress);
    EXPECT_EQ(report.progress->frames, 50);
    EXPECT_EQ(report.progress->phase, media::Progress::Phase::ended);
    EXPECT_THAT(report.command, Not(Contains("-progress")));
  }
}

TEST_F(RunWorkload, AProgressOfTheUsersOwnIsLeftToHim) {
  const auto file = folder_ / "progress";
  auto asked = request("ffmpeg", {"-v", "error", "-nostdin", "-progress", file.string(), "-f", "lavfi", "-i",
                                  "testsrc2=s=64x64:r=25:d=1", "-f", "null", "-"});
  asked.progress_pipe = Request::ProgressPipe::yes;
  asked.terminal = Request::Terminal::terminal;
  EXPECT_FALSE(run(std::move(asked)).progress);
  EXPECT_THAT(folder_.read("progress"), HasSubstr("frame=25"));
}

TEST_F(RunWorkload, FfmpegsFailuresAreClassedByRealFfmpeg) {
  const auto text = folder_.write("text.mp4", "hello, this is no film\n"), empty = folder_.write("empty.mp4", "");
  const struct {
    std::vector<std::string> arguments;
    FailureClass failure;
  } cases[] = {
      {{"-i", (folder_ / "missing.mp4").string(), "-f", "null", "-"}, FailureClass::input},
      {{"-i", text.string(), "-f", "null", "-"}, FailureClass::input},
      {{"-i", empty.string(), "-f", "null", "-"}, FailureClass::input},
      {{"-f", "lavfi", "-i", "testsrc2=d=1", "-c:v", "no-such-encoder", "-f", "null", "-"}, FailureClass::parameters},
      {{"-f", "lavfi", "-i", "testsrc2=d=1", "-c:v", "rawvideo", "-f", "rawvideo", "/dev/full"}, FailureClass::node},
      {{"-f", "lavfi", "-i", "testsrc2=d=1", "-f", "flv", "rtmp://127.0.0.1:1/live/x"}, FailureClass::transient},
  };
  for (const auto& c : cases) {
    auto arguments = c.arguments;
    arguments.insert(arguments.begin(), {"-hide_banner", "-nostdin", "-nostats", "-loglevel", "level+warning", "-y"});
    const auto report = run(request("ffmpeg", arguments));
    EXPECT_EQ(report.outcome.end, End::failed);
    EXPECT_EQ(report.outcome.failure, c.failure) << report.outcome.error << "\n" << report.log_tail;
    EXPECT_THAT(report.outcome.error, HasSubstr("ffmpeg failed with exit code 1: "));
  }
}

}  // namespace
}  // namespace runner
