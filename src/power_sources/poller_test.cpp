#include "power_sources/poller.h"

#include <gmock/gmock.h>

#include <condition_variable>

#include "os_testing/manual_clock.h"

namespace power_sources {
namespace {

using ::testing::HasSubstr;

// A device that answers how often it was asked, and which can hang. Shared with the poll, which may outlive the test.
class Device : public std::enable_shared_from_this<Device> {
 public:
  Poller::Poll poll() {
    return [self = shared_from_this()](const PollClock& clock, power::Readings& out) { self->answer(clock, out); };
  }
  void answer(const PollClock& clock, power::Readings& out) {
    std::unique_lock lock(mutex);
    ++polls;
    changed.notify_all();
    changed.wait(lock, [&] { return hangs == Hangs::no; });
    if (error) {
      out.faults.push_back({0, *error});
      return;
    }
    power::Reading reading;
    reading.raw = static_cast<std::uint64_t>(polls), reading.at = clock.now();
    out.good.push_back(reading);
  }
  enum class Hangs { no, yes };
  void set(Hangs now, std::optional<base::Error> with = {}) {
    const std::lock_guard lock(mutex);
    hangs = now, error = std::move(with);
    changed.notify_all();
  }
  void await_polls(int count) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return polls >= count; });
  }

  std::mutex mutex;
  std::condition_variable changed;
  Hangs hangs = Hangs::no;
  std::optional<base::Error> error;
  int polls = 0;
};

class APoller : public testing::Test {
 protected:
  // What read() says, as "raw" or as the fault's text.
  std::string read(Poller& poller) {
    power::Readings readings;
    poller.read(clock.boot(), readings);
    if (readings.good.size() + readings.faults.size() != 1) return "not one answer for one zone";
    return readings.good.empty() ? readings.faults[0].error.text() : std::to_string(readings.good[0].raw);
  }
  // One period later, after that poll.
  void pass() {
    const auto due = clock.advance_to_next_sleeper();
    clock.await_sleep_until(due + units::Seconds(0.5));
  }
  const std::shared_ptr<Device> device_ = std::make_shared<Device>();
  Device& device = *device_;
  os_testing::ManualClock clock;
};

TEST_F(APoller, HandsOutTheNewestReadingWithItsOwnTimeHoweverOftenItIsRead) {
  Poller poller(clock, 1, {}, device.poll());
  poller.start();
  clock.await_sleeper();
  const auto at = clock.boot();
  clock.advance(units::Seconds(0.7));
  power::Readings readings;
  for (int i = 0; i < 5; ++i) poller.read(clock.boot(), readings);
  ASSERT_EQ(readings.good.size(), 5u);
  for (const auto& reading : readings.good) EXPECT_EQ(reading.at, at);
  EXPECT_EQ(device.polls, 1);
  pass();
  EXPECT_EQ(read(poller), "2");
}

TEST_F(APoller, AsksNothingBeforeItIsReadAndThenNotBeforeAPeriodHasPassedSinceTheOpening) {
  Poller poller(clock, 1, {}, device.poll());
  power::Readings first;
  first.good.push_back({.zone = 0, .raw = 77, .at = clock.boot()});
  poller.begin_with(first);
  EXPECT_EQ(read(poller), "77");
  EXPECT_EQ(clock.await_sleeper(), clock.boot() + units::Seconds(1));
  EXPECT_EQ(device.polls, 0);
}

TEST_F(APoller, ADeviceThatHangsIsSaidToBeSilentAndComesBackByItself) {
  Poller poller(clock, 1, {}, device.poll());
  poller.start();
  clock.await_sleeper();
  device.set(Device::Hangs::yes);
  clock.advance_to_next_sleeper();
  device.await_polls(2);
  clock.advance(units::Seconds(1));
  EXPECT_EQ(read(poller), "1") << "one answer may be late";
  clock.advance(units::Seconds(10));
  EXPECT_EQ(read(poller), "has not answered for 12 s");
  device.set(Device::Hangs::no);
  clock.await_sleeper();
  EXPECT_EQ(read(poller), "2");
}

TEST_F(APoller, ATimeoutIsForgivenOnceAndTheReasonIsSaidWhereItLasts) {
  Poller poller(clock, 1, {}, device.poll());
  poller.start();
  clock.await_sleeper();
  device.set(Device::Hangs::no, base::Error::retry("no answer within 3 s"));
  pass();
  EXPECT_EQ(read(poller), "1");
  pass(), pass();
  EXPECT_EQ(read(poller), "has not answered for 3 s (no answer within 3 s)");
  device.set(Device::Hangs::no);
  pass();
  EXPECT_EQ(read(poller), "5");
}

TEST_F(APoller, AFaultThatWillNotPassIsSaidAtOnce) {
  Poller poller(clock, 1, {}, device.poll());
  poller.start();
  clock.await_sleeper();
  device.set(Device::Hangs::no, base::Error::failed("the GPU is lost"));
  pass();
  EXPECT_EQ(read(poller), "the GPU is lost");
}

TEST_F(APoller, DeadlinesThatPassedAreLeftOutAndTheOthersKeepTheirTimes) {
  Poller poller(clock, 1, {}, device.poll());
  const auto begin = clock.boot();
  poller.start();
  clock.await_sleeper();
  clock.advance(units::Seconds(5.25));
  device.await_polls(2);
  clock.await_sleep_until(begin + units::Seconds(6));
  EXPECT_EQ(clock.await_sleeper(), begin + units::Seconds(6));
  EXPECT_EQ(device.polls, 2);
}

TEST_F(APoller, StartsAndStopsAsOftenAsOneLikes) {
  Poller poller(clock, 1, {}, device.poll());
  poller.stop();
  poller.start(), poller.start();
  clock.await_sleeper();
  poller.stop(), poller.stop();
  EXPECT_EQ(device.polls, 1);
  poller.start();
  clock.await_sleeper();
  clock.advance_to_next_sleeper();
  device.await_polls(2);
}

TEST_F(APoller, IsStoppedAlsoWhileTheDeviceHangs) {
  static const os_testing::ManualClock lasting;  // a thread left behind may still look at its clock
  device.set(Device::Hangs::yes);
  {
    Poller poller(lasting, 1, {.grace = units::Seconds(0.01)}, device.poll());
    poller.start();
    device.await_polls(1);
  }
  device.set(Device::Hangs::no);
}

}  // namespace
}  // namespace power_sources
