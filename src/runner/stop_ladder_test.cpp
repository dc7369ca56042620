#include "runner/stop_ladder.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <ostream>

namespace runner {

void PrintTo(const StopAction& action, std::ostream* out) {
  constexpr const char* names[] = {"nothing", "signal_child", "signal_group", "kill", "give_up"};
  *out << names[static_cast<int>(action.what)] << " " << action.number;
}

namespace {

using What = StopAction::What;

constexpr StopAction kNothing{};
constexpr units::Seconds kGrace{5};
constexpr pid_t kTerminal = 0, kSomebody = 4711;

units::BootTime at(double seconds) { return units::BootTime::from_seconds(100 + seconds); }

class InItsOwnGroup : public testing::Test {
 protected:
  StopLadder ladder{Standing::in_its_own, kGrace};
};

TEST_F(InItsOwnGroup, IsAskedBySigintOnceAndKilledWhenTheGraceIsOver) {
  EXPECT_EQ(ladder.on_signal({SIGINT, kTerminal}, at(0)), (StopAction{What::signal_group, SIGINT}));
  EXPECT_EQ(ladder.next(), at(5));
  EXPECT_EQ(ladder.on_time(at(4.9)), kNothing);
  EXPECT_EQ(ladder.on_time(at(5)), (StopAction{What::kill, SIGKILL}));
  EXPECT_EQ(ladder.cause(), StopCause::interrupt);
}

TEST_F(InItsOwnGroup, ASecondSignalKillsAtOnce) {
  ladder.on_signal({SIGINT, kTerminal}, at(0));
  EXPECT_EQ(ladder.on_signal({SIGINT, kTerminal}, at(1)), (StopAction{What::kill, SIGKILL}));
}

TEST_F(InItsOwnGroup, TheSameRequestSentToUsAndToOurGroupCountsOnce) {
  ladder.on_signal({SIGTERM, kSomebody}, at(0));
  EXPECT_EQ(ladder.on_signal({SIGTERM, kSomebody}, at(0.001)), kNothing);
  EXPECT_EQ(ladder.cause(), StopCause::terminate);
}

TEST_F(InItsOwnGroup, IsGivenUpWhenNotEvenSigkillEndsIt) {
  ladder.on_cause(StopCause::timeout, at(0));
  ladder.on_time(at(5));
  EXPECT_EQ(ladder.on_time(at(14.9)), kNothing);
  EXPECT_EQ(ladder.on_time(at(15)).what, What::give_up);
}

TEST_F(InItsOwnGroup, TheFirstCauseCountsAndALaterOneAsksNothingAgain) {
  ladder.on_cause(StopCause::cancel, at(0));
  EXPECT_EQ(ladder.on_cause(StopCause::timeout, at(1)), kNothing);
  EXPECT_EQ(ladder.cause(), StopCause::cancel);
  EXPECT_EQ(ladder.next(), at(5));
}

TEST_F(InItsOwnGroup, SignalsThatAskForNothingAreLeftAlone) {
  for (const int number : {SIGUSR1, SIGWINCH, SIGCHLD})
    EXPECT_EQ(ladder.on_signal({number, kSomebody}, at(0)), kNothing);
  EXPECT_FALSE(ladder.stopping());
  EXPECT_FALSE(ladder.next());
}

class InOurGroup : public testing::Test {
 protected:
  StopLadder ladder{Standing::in_our_group, kGrace};
};

TEST_F(InOurGroup, CtrlCOfTheTerminalIsNeverSentAgain) {
  EXPECT_EQ(ladder.on_signal({SIGINT, kTerminal}, at(0)), kNothing);
  EXPECT_FALSE(ladder.next()) << "it may take as long as it likes to finish its file";
  EXPECT_EQ(ladder.on_running(at(10)), kNothing);
  EXPECT_EQ(ladder.cause(), StopCause::interrupt);
}

TEST_F(InOurGroup, ASecondCtrlCKills) {
  ladder.on_signal({SIGINT, kTerminal}, at(0));
  EXPECT_EQ(ladder.on_signal({SIGINT, kTerminal}, at(2)), (StopAction{What::kill, SIGKILL}));
}

TEST_F(InOurGroup, SigtermIsPassedOnOnceAndNothingFollowsByItself) {
  EXPECT_EQ(ladder.on_signal({SIGTERM, kSomebody}, at(0)), (StopAction{What::signal_child, SIGTERM}));
  EXPECT_FALSE(ladder.next());
}

TEST_F(InOurGroup, ASigintOfAProcessIsPassedOnWhereTheCommandVisiblyGoesOn) {
  EXPECT_EQ(ladder.on_signal({SIGINT, kSomebody}, at(0)), kNothing);
  EXPECT_EQ(ladder.on_running(at(0.4)), kNothing) << "this report may have been under way";
  EXPECT_EQ(ladder.on_running(at(0.9)), (StopAction{What::signal_child, SIGINT}));
  EXPECT_EQ(ladder.on_running(at(1.4)), kNothing) << "once";
}

TEST_F(InOurGroup, ASigintOfAProcessIsPassedOnWhereNothingIsHeardOfTheCommand) {
  ladder.on_signal({SIGINT, kSomebody}, at(0));
  EXPECT_EQ(ladder.on_time(at(4)), kNothing);
  EXPECT_EQ(ladder.on_time(*ladder.next()), (StopAction{What::signal_child, SIGINT}));
}

TEST_F(InOurGroup, ATimeLimitAsksTheCommandAloneAndKillsAfterTheGrace) {
  EXPECT_EQ(ladder.on_cause(StopCause::timeout, at(0)), (StopAction{What::signal_child, SIGTERM}));
  EXPECT_EQ(ladder.on_time(at(5)), (StopAction{What::kill, SIGKILL}));
}

}  // namespace
}  // namespace runner
