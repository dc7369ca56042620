#include "cli/live_line.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

template <class Q>
units::Measured<Q> about(double value, units::Quality quality) {
  return units::Measured<Q>::of(Q(value), Q(value), Q(value), quality, "x", units::Scope::package);
}

wire::LiveView view() {
  wire::LiveView out;
  auto& running = out.running.emplace();
  auto& progress = running.progress.emplace();
  progress.frames = 1500, progress.rate = units::Hertz(323.4), progress.speed = 10.82;
  progress.bitrate = units::BitsPerSecond(2.5e6);
  running.energy = about<units::Joules>(412, units::Quality::measured);
  running.power = about<units::Watts>(88, units::Quality::measured);
  running.elapsed = units::Seconds(45), running.fraction = 0.45;
  return out;
}

TEST(LiveLine, TellsHowFarItIsAndWhatItTakes) {
  EXPECT_EQ(live_line(view()), "45 %, 0:55 left, frame 1500, 323 fps, 10.8×, 2.50 Mb/s, 88.0 W, 412.0 J");
}

TEST(LiveLine, OfUnknownLengthHasNoPercentage) {
  auto shown = view();
  shown.running->fraction.reset();
  EXPECT_EQ(live_line(shown).substr(0, 22), "for 0:45, frame 1500, ");
}

TEST(LiveLine, SaysWhatIsEstimatedOldOrNotToldAtAll) {
  auto shown = view();
  shown.running->energy = about<units::Joules>(412, units::Quality::estimated);
  shown.running->power = units::Measured<units::Watts>::unmeasurable(units::Scope::package, "too early");
  shown.age = units::Seconds(20);
  EXPECT_TRUE(live_line(shown).ends_with("2.50 Mb/s, ≈ 412.0 J, 20.0 s ago")) << live_line(shown);
  EXPECT_EQ(live_line({}), "its node has told nothing of it yet");
}

TEST(TimeLeft, IsNotGuessedInTheFirstSeconds) {
  wire::RunningJob running;
  running.fraction = 0.5, running.elapsed = units::Seconds(2);
  EXPECT_FALSE(wire::time_left(running));
  running.elapsed = units::Seconds(10);
  EXPECT_EQ(*wire::time_left(running), units::Seconds(10));
  running.fraction = 0;
  EXPECT_FALSE(wire::time_left(running));
}

}  // namespace
}  // namespace cli
