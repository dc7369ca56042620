#include "power/sampler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "os_testing/manual_clock.h"

namespace power {
namespace {

using namespace units::literals;
using os_testing::ManualClock;

// A package that takes a constant 50 W by the clock, and a second zone that fails on demand.
class ScriptedSource final : public Source {
 public:
  explicit ScriptedSource(const os::Clock& clock) : start_(clock.boot()), zones_(2) {
    zones_[0].path = "scripted:0", zones_[0].range = 1'000'000'000;
    zones_[1].path = "scripted:1", zones_[1].range = 1'000'000'000;
    zones_[0].socket = 0, zones_[1].socket = 1;
  }
  std::string_view name() const override { return "scripted"; }
  std::span<const Zone> zones() const override { return zones_; }
  void read(const os::Clock& clock, Readings& out) override {
    ++reads;
    reads.notify_all();
    for (std::size_t i = 0; i < zones_.size(); ++i) {
      if (i == 1 && failing) {
        out.faults.push_back({i, base::Error::failed("reading scripted:1: no data available")});
        continue;
      }
      Reading reading;
      reading.zone = i;
      reading.at = clock.boot();
      reading.raw = static_cast<std::uint64_t>((reading.at - start_).value() * 50e6 + 0.5) % 1'000'000'000;
      out.good.push_back(reading);
    }
  }

  std::atomic<int> reads = 0;
  std::atomic<bool> failing = false;

 private:
  units::BootTime start_;
  std::vector<Zone> zones_;
};

struct Rig {
  explicit Rig(Sampler::Listener listener = {}) {
    auto owned = std::make_unique<ScriptedSource>(clock);
    source = owned.get();
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(std::move(owned));
    sampler = std::make_unique<Sampler>(clock, std::move(sources), Sampler::Rates{units::Hertz(1), units::Hertz(10)},
                                        listener);
  }
  ManualClock clock;
  ScriptedSource* source = nullptr;
  std::unique_ptr<Sampler> sampler;
};

// Lets the sampler's thread meet its deadlines until `time`; when it returns the thread sleeps again.
void run_until(Rig& rig, units::BootTime time) {
  while (rig.clock.await_sleeper() <= time) rig.clock.advance_to_next_sleeper();
  rig.clock.advance_to(time);
}

TEST(Sampler, ReadsOnceAtOnceWhenItIsStarted) {
  Rig rig;
  EXPECT_EQ(rig.sampler->snapshot().zones[0].fault, "not read yet");
  rig.sampler->start();
  EXPECT_EQ(rig.source->reads, 1);
  EXPECT_EQ(rig.sampler->snapshot().zones[0].fault, "");
}

TEST(Sampler, KeepsItsRateAndChangesItAtOnce) {
  Rig rig;
  const auto start = rig.clock.boot();
  rig.sampler->start();
  run_until(rig, start + 3.5_s);
  EXPECT_EQ(rig.source->reads, 1 + 3);
  rig.sampler->set_pace(Pace::busy);
  // The last pass was half a second ago, so the next one is due at once, and then every tenth of a second.
  rig.source->reads.wait(4);
  EXPECT_EQ(rig.clock.await_sleeper(), start + 3.6_s);
  run_until(rig, start + 4.55_s);
  EXPECT_EQ(rig.source->reads, 5 + 10);
}

TEST(Sampler, AMissedDeadlineIsSkippedAndNotCaughtUp) {
  Rig rig;
  const auto start = rig.clock.boot();
  rig.sampler->start();
  rig.clock.await_sleeper();
  rig.clock.advance(600_s);  // the machine was suspended
  EXPECT_EQ(rig.clock.await_sleeper(), start + 601_s);
  EXPECT_EQ(rig.source->reads, 2);
}

TEST(Sampler, CountsTheSameJoulesWhateverTheNumberOfReaders) {
  Rig rig;
  const auto start = rig.clock.boot();
  rig.sampler->start();
  std::atomic<bool> done = false;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      while (!done) {
        rig.sampler->read_now();
        (void)rig.sampler->snapshot();
      }
    });
  run_until(rig, start + 100_s);  // 5 kJ: five rounds of the counter
  done = true;
  for (auto& reader : readers) reader.join();
  rig.sampler->read_now();
  EXPECT_NEAR(rig.sampler->snapshot().zones[0].total.energy.value(), 5'000, 1e-3);
}

TEST(Sampler, AFaultyZoneIsCountedAndTheOthersGoOn) {
  Rig rig;
  rig.sampler->start();
  rig.source->failing = true;
  rig.clock.advance(1_s);
  rig.sampler->read_now();
  auto zones = rig.sampler->snapshot().zones;
  EXPECT_EQ(zones[0].total.energy, 50_J);
  EXPECT_EQ(zones[1].total.energy, 0_J);
  EXPECT_GE(zones[1].faults, 1u);
  EXPECT_EQ(zones[1].fault, "reading scripted:1: no data available");
  rig.source->failing = false;
  rig.clock.advance(1_s);
  rig.sampler->read_now();
  zones = rig.sampler->snapshot().zones;
  EXPECT_EQ(zones[1].total.energy, 100_J) << "the counter went on while it could not be read";
  EXPECT_EQ(zones[1].fault, "");
}

TEST(Sampler, TheListenerSeesEveryPassAndABoundaryReadComesAfterIt) {
  std::vector<std::string> order;
  Rig rig([&](const Snapshot&) { order.push_back("listener"); });
  rig.sampler->read_now([&](const Snapshot& snapshot) {
    order.push_back("boundary");
    EXPECT_EQ(snapshot.zones.size(), 2u);
  });
  EXPECT_EQ(order, (std::vector<std::string>{"listener", "boundary"}));
}

TEST(Sampler, StartAndStopMayBeCalledTwiceAndAgain) {
  Rig rig;
  rig.sampler->stop();
  for (int i = 0; i < 2; ++i) {
    rig.sampler->start();
    rig.sampler->start();
    rig.sampler->stop();
    rig.sampler->stop();
  }
  EXPECT_EQ(rig.source->reads, 2);
}

TEST(Sampler, ZonesKnowTheirSource) {
  Rig rig;
  EXPECT_EQ(rig.sampler->zones().size(), 2u);
  EXPECT_EQ(rig.sampler->source_of(1), "scripted");
}

// The CPU clock moves by a millisecond with each look.
class CostlyClock final : public os::Clock {
 public:
  units::WallTime wall() const override { return {}; }
  units::BootTime boot() const override { return units::BootTime::from_seconds(1); }
  units::Seconds thread_cpu() const override { return units::Seconds(++looks_ * 1e-3); }
  Woken sleep_until(units::BootTime, std::stop_token) const override { return Woken::stopped; }

 private:
  mutable int looks_ = 0;
};

TEST(Sampler, CountsWhatItsReadsAndItsListenerTake) {
  const CostlyClock clock;
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(std::make_unique<ScriptedSource>(clock));
  Sampler sampler(clock, std::move(sources), {}, [&](const Snapshot&) { (void)clock.thread_cpu(); });
  EXPECT_EQ(sampler.cost(), 0_s);
  sampler.read_now();
  EXPECT_NEAR(sampler.cost().value(), 0.002, 1e-9) << "one look of its own, one of the listener";
  sampler.read_now();
  EXPECT_NEAR(sampler.cost().value(), 0.004, 1e-9);
}

}  // namespace
}  // namespace power
