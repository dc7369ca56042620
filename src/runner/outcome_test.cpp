#include "runner/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

namespace runner {
namespace {

using jobs::End;
using jobs::FailureClass;
using testing::HasSubstr;
using testing::Not;

os::ExitStatus with_code(int code) {
  os::ExitStatus status;
  status.code = code;
  return status;
}
os::ExitStatus with_signal(int number) {
  os::ExitStatus status;
  status.signal = number;
  return status;
}
Ending ending(std::optional<os::ExitStatus> status, StopCause cause = StopCause::none) {
  Ending e;
  e.program = "ffmpeg", e.cause = cause, e.status = std::move(status);
  e.elapsed = units::Seconds(12), e.timeout = units::Seconds(90), e.stall = units::Seconds(60);
  e.speaks = Ending::Speaks::ffmpeg;
  return e;
}

TEST(Outcome, ACommandThatEndsWell) {
  const auto outcome = outcome_of(ending(with_code(0)));
  EXPECT_EQ(outcome.end, End::completed);
  EXPECT_EQ(outcome.failure, FailureClass::none);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.exit_code, 0);
}

TEST(Outcome, AFailureHasItsCodeItsClassAndFfmpegsWords) {
  auto e = ending(with_code(1));
  e.log = "[error] Unknown encoder 'nope'\n";
  const auto outcome = outcome_of(e);
  EXPECT_EQ(outcome.end, End::failed);
  EXPECT_EQ(outcome.failure, FailureClass::parameters);
  EXPECT_EQ(outcome.error, "ffmpeg failed with exit code 1: Unknown encoder 'nope'");
}

TEST(Outcome, ACommandWhoseWordsWeDidNotSeeIsNotJudgedByThem) {
  auto e = ending(with_code(3));
  e.log_place = Ending::Log::elsewhere;
  EXPECT_EQ(outcome_of(e).error, "ffmpeg failed with exit code 3");
  EXPECT_EQ(outcome_of(e).failure, FailureClass::none) << "nobody can say whose fault it was";
}

TEST(Outcome, ACrashIsOursToMendAndAForeignKillMayNotHappenAgain) {
  EXPECT_EQ(outcome_of(ending(with_signal(SIGSEGV))).failure, FailureClass::internal);
  EXPECT_THAT(outcome_of(ending(with_signal(SIGSEGV))).error, HasSubstr("was killed by SIGSEGV"));
  const auto killed = outcome_of(ending(with_signal(SIGKILL)));
  EXPECT_EQ(killed.failure, FailureClass::transient);
  EXPECT_EQ(killed.signal, SIGKILL);
  EXPECT_FALSE(killed.exit_code);
  EXPECT_THAT(killed.error, HasSubstr("memory"));
}

TEST(Outcome, WhatTheLimitsOfTheSandboxEndedIsSaidToHaveBeenThem) {
  auto e = ending(with_signal(SIGKILL));
  e.memory_limit = units::Bytes(2e9);
  const auto starved = outcome_of(e);
  EXPECT_EQ(starved.failure, FailureClass::node) << "another node may have more";
  EXPECT_THAT(starved.error,
              HasSubstr("ran out of memory: the kernel ended it at the limit of its control group, 2.00 GB"));
  e.status = with_signal(SIGSEGV);
  EXPECT_THAT(outcome_of(e).error, Not(HasSubstr("memory"))) << "not every death is the limit's";
  const auto full = outcome_of(ending(with_signal(SIGXFSZ)));
  EXPECT_EQ(full.failure, FailureClass::transient);
  EXPECT_THAT(full.error, HasSubstr("the room that was left on the disk"));
}

TEST(Outcome, WhatWeStoppedIsNamedAfterTheCauseNotAfterTheExitCode) {
  const struct {
    StopCause cause;
    End end;
    FailureClass failure;
    std::string text;
  } cases[] = {
      {StopCause::interrupt, End::interrupted, FailureClass::interruption, "stopped by Ctrl-C after 12"},
      {StopCause::terminate, End::interrupted, FailureClass::interruption, "stopped by a signal"},
      {StopCause::cancel, End::canceled, FailureClass::canceled, "canceled after 12"},
      {StopCause::timeout, End::timeout, FailureClass::timeout, "not done in 90"},
      {StopCause::stall, End::failed, FailureClass::transient, "no progress for"},
  };
  for (const auto& c : cases) {
    for (const auto& status : {with_code(0), with_code(255), with_signal(SIGKILL)}) {
      const auto outcome = outcome_of(ending(status, c.cause));
      EXPECT_EQ(outcome.end, c.end) << c.text;
      EXPECT_EQ(outcome.failure, c.failure) << c.text;
      EXPECT_THAT(outcome.error, HasSubstr(c.text));
    }
  }
}

TEST(Outcome, AProcessThatSurvivesSigkillIsTheNodesTrouble) {
  const auto outcome = outcome_of(ending(std::nullopt, StopCause::timeout));
  EXPECT_EQ(outcome.failure, FailureClass::node);
  EXPECT_THAT(outcome.error, HasSubstr("does not end even on SIGKILL"));
}

TEST(Outcome, OtherProgramsLastLinesAreTold) {
  auto e = ending(with_code(2));
  e.program = "make", e.speaks = Ending::Speaks::other, e.log = "one\ntwo\nthree\nfour\n";
  EXPECT_EQ(outcome_of(e).error, "make failed with exit code 2: two\nthree\nfour");
}

}  // namespace
}  // namespace runner
