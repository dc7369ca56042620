#include "agent/runner_process.h"

#include <gmock/gmock.h>

#include <thread>

#include "agent/spool_for_tests.h"

namespace agent {
namespace {

class RunnerProcessTest : public testing::Test {
 protected:
  // A program that stands for the agent as runner.
  os::Path program(const std::string& script) {
    const auto path = folder.write("runner.sh", "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  std::unique_ptr<RunnerProcess> launched(const std::string& script) {
    auto runner = RunnerProcess::launch(host, environment, program(script), spool, offer, {"--slots", "2"}, "boot-1");
    EXPECT_TRUE(runner) << runner.error().text();
    return std::move(*runner);
  }

  os_testing::TemporaryFolder folder;
  TestHost world;
  os::Host& host = world.host;
  os::Environment environment{{"PATH", "/usr/bin:/bin"}};
  Spool spool{host.files, folder.path()};
  wire::Offer offer = spooled_offer(1);
};

TEST_F(RunnerProcessTest, TheOfferLiesInTheSpoolBeforeTheRunnerBegins) {
  const auto runner = launched(R"(test -e "$2/job.json" && echo "$1 $2 $3 $4" > "$2/seen")");
  EXPECT_EQ(runner->wait({}), RunnerProcess::Waited::ended);
  const auto path = spool.folder(offer.lease);
  EXPECT_EQ(*host.files.read(path / "seen"), "--run-one " + path.string() + " --slots 2\n");
}

TEST_F(RunnerProcessTest, ACancelIsSigintAndGivingBackIsSigterm) {
  struct Case {
    StopReason reason;
    const char* seen;
  };
  for (const auto& c : {Case{StopReason::canceled, "INT"},
                        {StopReason::lost, "INT"},
                        {StopReason::interrupted, "TERM"},
                        {StopReason::orphaned, "TERM"}}) {
    const auto path = spool.folder(offer.lease);
    const auto runner = launched(R"(trap 'echo TERM > "$2/seen"; exit' TERM; trap 'echo INT > "$2/seen"; exit' INT
      exec 2>/dev/null; mkfifo "$2/pipe"; echo > "$2/ready"; while :; do read line < "$2/pipe" || :; done)");
    while (!host.files.exists(path / "ready")) std::this_thread::yield();
    runner->stop(c.reason);
    EXPECT_EQ(runner->wait({}), RunnerProcess::Waited::ended);
    EXPECT_EQ(*host.files.read(path / "seen"), std::string(c.seen) + "\n");
    runner->stop(c.reason);  // one that has ended: nothing happens
    ASSERT_TRUE(spool.remove(offer.lease));
  }
}

TEST_F(RunnerProcessTest, OneThatIgnoresSignalsIsKilledWithWhatItStarted) {
  const auto path = spool.folder(offer.lease);
  const auto runner = launched(R"(trap '' TERM INT
    (trap '' TERM INT; exec sleep 600) </dev/null >/dev/null 2>&1 & echo $! > "$2/child.new"; mv "$2/child.new" "$2/child"
    wait; while :; do sleep 600; done)");
  while (!host.files.exists(path / "child")) std::this_thread::yield();
  const auto child = static_cast<pid_t>(*base::to_int(base::trim(*host.files.read(path / "child"))));
  const auto ticks = host.processes.start_ticks(child);
  ASSERT_TRUE(ticks);
  runner->stop(StopReason::canceled);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(runner->wait(stop.get_token()), RunnerProcess::Waited::stopped) << "it lives";
  EXPECT_EQ(runner->killed(), Runners::Killed::no);
  runner->kill();
  EXPECT_EQ(runner->wait({}), RunnerProcess::Waited::ended);
  EXPECT_EQ(runner->killed(), Runners::Killed::yes);
  EXPECT_TRUE(host.processes.await_end(child, *ticks, units::BootTime::from_nanoseconds(INT64_MAX), {}));
}

TEST_F(RunnerProcessTest, AnAdoptedOneIsKilledToo) {
  const Orphan orphan(host);
  const auto runner = RunnerProcess::adopt(host, {orphan.pid, orphan.ticks, "boot-1"}, "boot-1");
  ASSERT_TRUE(runner) << runner.error().text();
  (*runner)->kill();
  EXPECT_EQ((*runner)->wait({}), RunnerProcess::Waited::ended);
}

TEST_F(RunnerProcessTest, AProgramThatIsNotThereIsAnError) {
  const auto runner = RunnerProcess::launch(host, environment, folder / "nothing", spool, offer, {}, "boot-1");
  EXPECT_EQ(runner.error().kind(), base::ErrorKind::absent);
}

TEST_F(RunnerProcessTest, OneOfAnotherParentIsAdoptedWatchedAndStopped) {
  const Orphan orphan(host);
  const auto runner = RunnerProcess::adopt(host, {orphan.pid, orphan.ticks, "boot-1"}, "boot-1");
  ASSERT_TRUE(runner) << runner.error().text();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ((*runner)->wait(stop.get_token()), RunnerProcess::Waited::stopped) << "it lives";
  (*runner)->stop(StopReason::canceled);
  EXPECT_EQ((*runner)->wait({}), RunnerProcess::Waited::ended);
  EXPECT_EQ(RunnerProcess::adopt(host, {orphan.pid, orphan.ticks, "boot-1"}, "boot-1").error().kind(),
            base::ErrorKind::absent);
}

TEST_F(RunnerProcessTest, ALaterProcessOfTheSamePidIsNotAdopted) {
  const Orphan orphan(host);
  EXPECT_EQ(RunnerProcess::adopt(host, {orphan.pid, orphan.ticks - 1, "boot-1"}, "boot-1").error().kind(),
            base::ErrorKind::absent);
  EXPECT_EQ(RunnerProcess::adopt(host, {orphan.pid, orphan.ticks, "boot-0"}, "boot-1").error().kind(),
            base::ErrorKind::absent);
  EXPECT_TRUE(RunnerProcess::adopt(host, {orphan.pid, orphan.ticks, "unknown"}, ""));
}

TEST_F(RunnerProcessTest, DestroyingItEndsNothing) {
  const Orphan orphan(host);
  { const auto runner = RunnerProcess::adopt(host, {orphan.pid, orphan.ticks, "b"}, "b"); }
  EXPECT_TRUE(host.processes.signal(orphan.pid, orphan.ticks, 0));
}

}  // namespace
}  // namespace agent
