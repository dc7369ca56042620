#include "os/signals.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "os/test_support.h"
#include "os/wait.h"

namespace os {
namespace {

using units::Seconds;

// A signal set blocks signals for good, so its tests live in a child of the test program.
template <class Body>
void in_a_child(Body body) {
  EXPECT_EXIT(
      {
        body();
        ::_exit(testing::Test::HasFailure() ? 1 : 0);
      },
      testing::ExitedWithCode(0), "");
}

TEST(SignalSet, DeliversASignalWithItsSender) {
  in_a_child([] {
    SignalSet signals{SIGTERM, SIGUSR1};
    ::kill(::getpid(), SIGUSR1);
    const auto event = signals.wait_until(boot_time_now() + Seconds(60));
    ASSERT_TRUE(event);
    EXPECT_EQ(event->number, SIGUSR1);
    EXPECT_EQ(event->sender, ::getpid());
  });
}

TEST(SignalSet, RemembersTheFirstSignal) {
  in_a_child([] {
    SignalSet signals{SIGTERM, SIGINT};
    EXPECT_FALSE(signals.first());
    for (const int number : {SIGTERM, SIGINT}) {
      ::kill(::getpid(), number);
      ASSERT_TRUE(signals.wait_until(boot_time_now() + Seconds(60)));
    }
    EXPECT_EQ(signals.first()->number, SIGTERM);
  });
}

TEST(SignalSet, LetThroughGivesSignalsTheirUsualEffectBack) {
  EXPECT_EXIT(
      {
        SignalSet signals{SIGTERM};
        ::kill(::getpid(), SIGTERM);
        signals.let_through();
        ::_exit(0);
      },
      testing::KilledBySignal(SIGTERM), "");
}

TEST(SignalSet, WaitsNoLongerThanTheDeadline) {
  in_a_child([] {
    SignalSet signals{SIGTERM};
    EXPECT_FALSE(signals.wait_until(boot_time_now() + Seconds(0.001)));
    EXPECT_FALSE(signals.wait_until(boot_time_now() - Seconds(1)));
  });
}

TEST(SignalSet, WakesWhenTheOtherDescriptorIsReadable) {
  in_a_child([] {
    TestWorld world;
    SignalSet signals{SIGTERM};
    Pipe pipe = *world.host().processes.pipe();
    pipe.write.reset();
    EXPECT_FALSE(signals.wait_until(boot_time_now() + Seconds(60), pipe.read.get()));
  });
}

TEST(SignalSet, AWriteToAClosedPipeIsAnErrorAndNotTheEndOfTheProgram) {
  in_a_child([] {
    TestWorld world;
    SignalSet signals{SIGTERM};
    Pipe pipe = *world.host().processes.pipe();
    pipe.read.reset();
    EXPECT_EQ(::write(pipe.write.get(), "x", 1), -1);
  });
}

}  // namespace
}  // namespace os
