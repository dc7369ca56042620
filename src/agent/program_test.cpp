// The agent as a program, without a master: how it begins, and how signals end it.
#include "agent/program.h"

#include <gmock/gmock.h>
#include <signal.h>

#include "agent/spool.h"
#include "agent/spool_for_tests.h"

namespace agent {
namespace {

using testing::HasSubstr;

class ServeTest : public testing::Test {
 protected:
  ServeTest() {
    settings.master = "http://127.0.0.1:1";  // nobody
    settings.state_folder = folder / "state";
    settings.output_folder = folder / "state" / "outputs";
    settings.own_program = "/bin/false";
  }
  base::Result<void> run() { return serve(world.host, {{"PATH", "/nowhere"}}, settings, signals, *log); }

  os::SignalSet signals{SIGINT, SIGTERM};
  os_testing::TemporaryFolder folder;
  TestHost world;
  Settings settings;
  std::unique_ptr<base::Log> log = base::silent_log();
};

TEST_F(ServeTest, ASignalEndsAnAgentThatHasNothingInHand) {
  for (const int number : {SIGTERM, SIGINT}) {
    ::kill(::getpid(), number);  // blocked: it waits for the loop
    EXPECT_TRUE(run());
    EXPECT_TRUE(world.host.files.exists(settings.output_folder)) << "made at the start";
  }
}

TEST_F(ServeTest, ASecondAgentOnTheSameFolderIsToldToComeLaterOrElsewhere) {
  std::filesystem::create_directories(settings.state_folder);
  const auto lock = world.host.files.lock(settings.state_folder / "agent.lock", os::Files::Wait::no);
  ASSERT_TRUE(lock);
  const auto refused = run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::retry) << "as a second master";
  EXPECT_THAT(refused.error().text(), HasSubstr(settings.state_folder.string()));
  EXPECT_THAT(refused.error().text(), HasSubstr("--state-dir"));
}

TEST_F(ServeTest, AMasterThatIsNoUrlIsRefusedAtOnce) {
  settings.master = "ftp://master";
  const auto refused = run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), base::ErrorKind::invalid);
  EXPECT_THAT(refused.error().text(), HasSubstr("ftp://master"));
}

TEST_F(ServeTest, WhatAnEarlierAgentLeftIsReportedBeforeAnythingElse) {
  Spool spool(world.host.files, settings.state_folder);
  const auto offer = spooled_offer(1);
  ASSERT_TRUE(spool.put_offer(offer));
  ::kill(::getpid(), SIGTERM);
  ASSERT_TRUE(run());
  ASSERT_TRUE(spool.has_report(offer.lease)) << "for the next agent to post";
  EXPECT_EQ(spool.report(offer.lease)->outcome.failure, jobs::FailureClass::interruption);
}

}  // namespace
}  // namespace agent
