#include "cli/stream_test/pause.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace cli::stream_test {
namespace {

TEST(Pause, LastsItsLength) {
  os::RealHost host;
  os::SignalSet signals{};
  const auto before = host.host().clock.boot();
  EXPECT_EQ(pause(host.host().clock, signals, units::Seconds(0.05), [](auto, auto) {}), Paused::whole);
  EXPECT_GE((host.host().clock.boot() - before).value(), 0.05);
}

TEST(Pause, EndsWithASignal) {
  os::RealHost host;
  os::SignalSet signals{SIGUSR1};
  const auto paused =
      pause(host.host().clock, signals, units::Seconds(3600), [](auto, auto) { ::kill(::getpid(), SIGUSR1); });
  EXPECT_EQ(paused, Paused::interrupted);
  ASSERT_TRUE(signals.first());
  EXPECT_EQ(signals.first()->number, SIGUSR1);
}

}  // namespace
}  // namespace cli::stream_test
