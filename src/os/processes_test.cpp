#include "os/processes.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <limits>
#include <thread>

#include "base/text.h"
#include "os/test_support.h"

namespace os {
namespace {

using base::ErrorKind;
using testing::HasSubstr;
using units::Seconds;

constexpr Seconds kLong{60};

class ProcessesTest : public testing::Test {
 protected:
  SpawnSpec shell(std::string script) {
    SpawnSpec spec;
    spec.program = "/bin/sh";
    spec.arguments = {"-c", std::move(script)};
    spec.environment = {{"PATH", "/usr/bin:/bin"}};
    return spec;
  }
  Output run(const SpawnSpec& spec) {
    const auto output = run_and_collect(processes_, clock_, spec, kLong);
    EXPECT_TRUE(output) << output.error().text();
    return output ? *output : Output{};
  }
  std::size_t open_descriptors() { return files_.list("/proc/self/fd")->size(); }

  TestWorld world_;
  Files& files_ = world_.host().files;
  Clock& clock_ = world_.host().clock;
  Processes& processes_ = world_.host().processes;
};

TEST_F(ProcessesTest, OutputAndExitCodeAreCollected) {
  const auto output = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(output.out, "out\n");
  EXPECT_EQ(output.err, "err\n");
  EXPECT_EQ(output.status.code, 3);
  EXPECT_FALSE(output.status.success());
}

TEST_F(ProcessesTest, TheEndTellsSignalCpuTimeMemoryAndTime) {
  auto child = *processes_.spawn(shell("i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; kill -USR1 $$"));
  const auto status = child->wait();
  ASSERT_TRUE(status) << status.error().text();
  EXPECT_EQ(status->signal, SIGUSR1);
  EXPECT_FALSE(status->success());
  EXPECT_GT(status->cpu(), Seconds(0));
  EXPECT_GT(status->peak_memory, units::Bytes(100'000));
  EXPECT_GE(status->ended.boot, child->started().boot);
}

TEST_F(ProcessesTest, AProgramThatCannotStartSaysWhich) {
  const auto plain = world_.write("plain", "x");
  const auto orphan = world_.write("orphan", "#!/none/interpreter\n");
  const auto noise = world_.write("noise",
                                  "\x7f"
                                  "ELFnonsense");
  std::filesystem::permissions(orphan, std::filesystem::perms::owner_all);
  std::filesystem::permissions(noise, std::filesystem::perms::owner_all);
  const auto before = open_descriptors();
  const std::pair<Path, ErrorKind> cases[] = {{world_.folder() / "gone", ErrorKind::absent},
                                              {plain, ErrorKind::denied},
                                              {world_.folder(), ErrorKind::denied},
                                              {orphan, ErrorKind::absent},
                                              {noise, ErrorKind::invalid},
                                              {"sh", ErrorKind::invalid}};
  for (const auto& [program, kind] : cases) {
    SpawnSpec spec;
    spec.program = program;
    const auto child = processes_.spawn(spec);
    ASSERT_FALSE(child) << program;
    EXPECT_EQ(child.error().kind(), kind) << child.error().text();
    EXPECT_THAT(child.error().text(), HasSubstr(program.string()));
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(ProcessesTest, AZeroByteInAnArgumentIsRefusedInsteadOfCut) {
  auto spec = shell("true");
  spec.arguments.push_back(std::string("a\0b", 3));
  EXPECT_EQ(processes_.spawn(spec).error().kind(), ErrorKind::invalid);
}

TEST_F(ProcessesTest, AChildHasExactlyTheDescriptorsThatItWasGiven) {
  // A descriptor that somebody forgot to mark close-on-exec.
  const Descriptor forgotten(::fcntl(0, F_DUPFD, 77));
  auto spec = shell("for fd in /proc/$$/fd/*; do [ -e $fd ] && echo ${fd##*/}; done");
  EXPECT_EQ(run(spec).out.substr(0, 6), "0\n1\n2\n");
  EXPECT_THAT(run(spec).out, testing::Not(HasSubstr(std::to_string(forgotten.get()))));
}

TEST_F(ProcessesTest, ExchangedNumbersArriveExchanged) {
  Pipe out = *processes_.pipe(), err = *processes_.pipe();
  auto spec = shell("printf out; printf err >&2");
  // Our numbers 1 and 2 stand for the pipes while we spawn; the child gets them crossed.
  const Descriptor old_out(::fcntl(1, F_DUPFD_CLOEXEC, 50)), old_err(::fcntl(2, F_DUPFD_CLOEXEC, 50));
  ::dup2(out.write.get(), 1), ::dup2(err.write.get(), 2);
  spec.descriptors = {{0, -1}, {1, 2}, {2, 1}};
  const auto child = processes_.spawn(spec);
  ::dup2(old_out.get(), 1), ::dup2(old_err.get(), 2);
  ASSERT_TRUE(child) << child.error().text();
  EXPECT_TRUE((*child)->wait()->success());
  char buffer[64];
  EXPECT_EQ(std::string(buffer, ::read(out.read.get(), buffer, sizeof buffer)), "err");
  EXPECT_EQ(std::string(buffer, ::read(err.read.get(), buffer, sizeof buffer)), "out");
}

TEST_F(ProcessesTest, AChildSeesOnlyItsEnvironmentAndStartsInItsFolder) {
  auto spec = shell("echo $A; echo ${HOME-none}; pwd");
  spec.environment = {{"A", "b c"}};
  spec.folder = *files_.real_path(world_.folder());
  EXPECT_EQ(run(spec).out, "b c\nnone\n" + spec.folder->string() + "\n");
  spec.folder = world_.folder() / "gone";
  const auto refused = processes_.spawn(spec);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid);
  EXPECT_THAT(refused.error().text(), HasSubstr("gone"));
}

TEST_F(ProcessesTest, SignalsThatWeBlockOrIgnoreAreNormalInTheChild) {
  sigset_t blocked, before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto old_handler = ::signal(SIGINT, SIG_IGN);
  const auto terminated = run(shell("kill -TERM $$; exit 0")), interrupted = run(shell("kill -INT $$; exit 0"));
  ::signal(SIGINT, old_handler);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(terminated.status.signal, SIGTERM);
  EXPECT_EQ(interrupted.status.signal, SIGINT);
}

TEST_F(ProcessesTest, WaitingEndsAtTheDeadlineAtAStopAndAtTheEnd) {
  Pipe in = *processes_.pipe();
  auto spec = shell("read line; exit 5");
  spec.descriptors[0] = in.read.get();
  auto child = *processes_.spawn(spec);
  EXPECT_EQ(*child->wait_until(clock_.boot()), std::nullopt);
  EXPECT_EQ(*child->wait_until(clock_.boot() + Seconds(0.001)), std::nullopt);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(*child->wait_until(clock_.boot() + kLong, stop.get_token()), std::nullopt);
  EXPECT_TRUE(child->signal(0));

  EXPECT_EQ(::write(in.write.get(), "x\n", 2), 2);
  EXPECT_EQ((*child->wait_until(clock_.boot() + kLong))->code, 5);
  EXPECT_EQ((*child->wait_until(clock_.boot()))->code, 5);
  EXPECT_EQ(child->wait()->code, 5);
  EXPECT_EQ(child->signal(SIGTERM).error().kind(), ErrorKind::absent);
}

TEST_F(ProcessesTest, AGroupIsSignalledWithAllItsMembers) {
  Pipe out = *processes_.pipe();
  auto spec = shell("sleep 1000 & echo started; wait");
  spec.descriptors[1] = out.write.get();
  spec.group = SpawnSpec::Group::own;
  auto child = *processes_.spawn(spec);
  out.write.reset();
  char buffer[64];
  EXPECT_EQ(::read(out.read.get(), buffer, sizeof buffer), 8);
  ASSERT_TRUE(child->signal_group(SIGKILL));
  EXPECT_EQ(child->wait()->signal, SIGKILL);
  // The end of the pipe comes only when the grandchild, which holds it too, is gone.
  EXPECT_EQ(::read(out.read.get(), buffer, sizeof buffer), 0);

  child = *processes_.spawn(shell("exit 0"));
  EXPECT_EQ(child->signal_group(SIGKILL).error().kind(), ErrorKind::invalid);
  EXPECT_TRUE(child->wait());
}

TEST_F(ProcessesTest, AChildEntersItsControlGroupsBeforeItRuns) {
  auto spec = shell("cat one two");
  spec.folder = world_.folder();
  spec.join_files = {world_.write("one", ""), world_.write("two", "")};
  EXPECT_EQ(run(spec).out, "0\n0\n");

  spec.join_files.push_back(world_.folder() / "gone/cgroup.procs");
  const auto refused = processes_.spawn(spec);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid);
  EXPECT_THAT(refused.error().text(), HasSubstr("joining the control group " + spec.join_files.back().string()));
}

TEST_F(ProcessesTest, AChildThatMustNotOutliveUsDiesWithItsStarter) {
  std::unique_ptr<Process> child;
  std::thread starter([&] {
    SpawnSpec spec;
    spec.program = "/bin/sleep";
    spec.arguments = {"1000"};
    spec.when_we_die = SpawnSpec::WhenWeDie::killed;
    child = *processes_.spawn(spec);
  });
  starter.join();
  EXPECT_EQ(child->wait()->signal, SIGKILL);
}

TEST_F(ProcessesTest, AProcessIsKnownByItsStartSoThatAReusedNumberIsSafe) {
  SpawnSpec spec;
  spec.program = "/bin/sleep";
  spec.arguments = {"1000"};
  auto child = *processes_.spawn(spec);
  const auto ticks = processes_.start_ticks(child->pid());
  ASSERT_TRUE(ticks) << ticks.error().text();
  EXPECT_TRUE(processes_.signal(child->pid(), *ticks, 0));
  EXPECT_EQ(processes_.signal(child->pid(), *ticks + 1, SIGKILL).error().kind(), ErrorKind::absent);
  EXPECT_TRUE(processes_.signal(child->pid(), *ticks, SIGTERM));
  EXPECT_EQ(child->wait()->signal, SIGTERM);
  EXPECT_EQ(processes_.signal(child->pid(), *ticks, 0).error().kind(), ErrorKind::absent);
  EXPECT_EQ(processes_.start_ticks(child->pid()).error().kind(), ErrorKind::absent);
  for (const pid_t pid : {0, 1, -1}) EXPECT_EQ(processes_.signal(pid, 0, SIGKILL).error().kind(), ErrorKind::invalid);
}

TEST_F(ProcessesTest, ACommandThatTakesTooLongIsKilledWithItsChildren) {
  Pipe alive = *processes_.pipe();
  auto spec = shell("sleep 1000 & sleep 1000");
  spec.descriptors[5] = alive.write.get();
  const auto output = run_and_collect(processes_, clock_, spec, Seconds(0.02));
  alive.write.reset();
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().kind(), ErrorKind::retry);
  EXPECT_THAT(output.error().text(), HasSubstr("/bin/sh took longer than"));
  char byte;
  EXPECT_EQ(::read(alive.read.get(), &byte, 1), 0);
}

TEST_F(ProcessesTest, CollectedOutputIsCutAndTheCommandStillRunsToItsEnd) {
  const auto output = run_and_collect(processes_, clock_, shell("head -c 300000 /dev/zero; exit 7"), kLong, 10);
  ASSERT_TRUE(output) << output.error().text();
  EXPECT_EQ(output->out.size(), 10u);
  EXPECT_EQ(output->status.code, 7);
}

TEST_F(ProcessesTest, AGrandchildThatKeepsTheOutputOpenIsNotWaitedFor) {
  const auto output = run(shell("sleep 1000 & echo $!"));
  const auto pid = base::to_int(base::trim(output.out));
  ASSERT_TRUE(pid);
  EXPECT_EQ(output.status.code, 0);
  ::kill(static_cast<pid_t>(*pid), SIGKILL);
}

TEST_F(ProcessesTest, ProgramsAreFoundInThePathOfTheGivenEnvironment) {
  const auto program = world_.write("bin/tool", "#!/bin/sh\n"), plain = world_.write("early/tool", "");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  const auto bin = program.parent_path().string(), early = plain.parent_path().string();
  EXPECT_EQ(*find_program("tool", {{"PATH", "/none::" + early + ":" + bin}}), program);
  EXPECT_EQ(*find_program(program.string(), {}), program);

  const auto denied = find_program("tool", {{"PATH", early}});
  EXPECT_EQ(denied.error().kind(), ErrorKind::denied);
  EXPECT_EQ(find_program("ffprobe", {{"PATH", early}}).error().text(),
            "ffprobe is not installed or not in PATH; install it: apt install ffmpeg");
  for (const auto name : {"", "none", "/none/tool", "bin/"}) {
    EXPECT_EQ(find_program(name, {{"PATH", bin}}).error().kind(), ErrorKind::absent) << name;
  }
}

TEST(Environment, FindsTheFirstOfAName) {
  const Environment environment{{"A", "1"}, {"B", "2"}, {"A", "3"}};
  EXPECT_EQ(*find(environment, "A"), "1");
  EXPECT_EQ(find(environment, "C"), nullptr);
}

// A step that answers a fixed number, or says by a byte on a descriptor that it was taken.
class TestStep final : public ChildStep {
 public:
  explicit TestStep(int answer, int tell = -1, char word = 0) : answer_(answer), tell_(tell), word_(word) {}
  std::string_view name() const override { return "trying a step"; }
  int apply() const noexcept override {
    if (tell_ >= 0 && ::write(tell_, &word_, 1) != 1) return errno;
    return answer_;
  }

 private:
  int answer_, tell_;
  char word_;
};

TEST_F(ProcessesTest, StepsAreTakenInTheirOrderBehindTheDescriptors) {
  auto pipe = *processes_.pipe();
  const auto tell = out_of_the_way(std::move(pipe.write));
  auto spec = shell("true");
  // Numbers that the child gets would cover a descriptor of the step, were it not out of the way.
  for (int number = 3; number < 60; ++number) spec.descriptors[number] = -1;
  for (const char word : {'a', 'b', 'c'}) spec.steps.push_back(std::make_shared<TestStep>(0, tell.get(), word));
  EXPECT_TRUE(run(spec).status.success());
  std::array<char, 8> said{};
  EXPECT_EQ(::read(pipe.read.get(), said.data(), said.size()), 3);
  EXPECT_STREQ(said.data(), "abc");
}

TEST_F(ProcessesTest, AStepThatFailsIsAnErrorAndTheProgramNeverRuns) {
  auto spec = shell("echo ran > " + (world_.folder() / "ran").string());
  spec.steps = {std::make_shared<TestStep>(0), std::make_shared<TestStep>(EPERM)};
  const auto child = processes_.spawn(spec);
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error().kind(), ErrorKind::failed);
  EXPECT_THAT(child.error().text(), HasSubstr("starting /bin/sh: trying a step: Operation not permitted"));
  EXPECT_FALSE(files_.exists(world_.folder() / "ran"));
}

}  // namespace
}  // namespace os
