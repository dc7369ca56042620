#include "power/run_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os_testing/manual_clock.h"

namespace power {
namespace {

using namespace units::literals;
using testing::ElementsAre;

// What the test sets is what it reads; a zone that is not fresh gives the reading that it gave before.
class SetSource final : public Source {
 public:
  SetSource() : zones_(4) {
    zones_[0].path = "set:0", zones_[0].name = "package-0", zones_[0].socket = 0, zones_[0].range = 100'000'000;
    zones_[0].limit = 200_W;
    zones_[1].path = "set:0:0", zones_[1].name = "core", zones_[1].parent = "set:0", zones_[1].socket = 0;
    zones_[1].range = 100'000'000;
    zones_[2].path = "set:wall", zones_[2].name = "wall", zones_[2].scope = units::Scope::machine;
    zones_[2].kind = Zone::Kind::gauge;
    zones_[3].path = "/sys/class/powercap/intel-rapl-mmio:0", zones_[3].name = "package-0", zones_[3].socket = 0;
    zones_[3].range = 100'000'000;
  }
  std::string_view name() const override { return "set"; }
  std::span<const Zone> zones() const override { return zones_; }
  void read(const os::Clock& clock, Readings& out) override {
    if (wall_is_fresh) wall_at_ = clock.boot();
    out.good.push_back({.zone = 0, .raw = package, .at = clock.boot()});
    out.good.push_back({.zone = 1, .raw = package / 2, .at = clock.boot()});
    out.good.push_back({.zone = 2, .power = 80_W, .at = wall_at_});
    out.good.push_back({.zone = 3, .raw = package, .at = clock.boot()});
  }
  std::uint64_t package = 99'000'000;
  bool wall_is_fresh = true;

 private:
  std::vector<Zone> zones_;
  units::BootTime wall_at_;
};

TEST(RunTrace, FollowsCountersGaugesAndResetsFromTheBeginOfTheRun) {
  os_testing::ManualClock clock;
  auto owned = std::make_unique<SetSource>();
  auto& source = *owned;
  std::vector<std::unique_ptr<Source>> sources;
  sources.push_back(std::move(owned));
  Sampler sampler(clock, std::move(sources), {});
  sampler.read_now();
  clock.advance_to(clock.boot() + 5_s);
  source.package = 99'500'000;
  sampler.read_now();

  RunTrace trace(sampler, sampler.snapshot());
  const auto sample = [&](std::uint64_t package, bool wall_is_fresh) {
    clock.advance_to(clock.boot() + units::Seconds(0.125));
    source.package = package, source.wall_is_fresh = wall_is_fresh;
    sampler.read_now([&](const Snapshot& now) { trace.add(now); });
  };
  sample(2'000'000, true);   // it wrapped
  sample(4'000'000, false);  // the wall meter has nothing new
  sample(3'000'000, true);   // the counters were reset: not even the whole range is believed in so short a time

  const auto decoded = decode_power_trace(trace.encoded());
  ASSERT_TRUE(decoded) << decoded.error().text();
  EXPECT_THAT(decoded->nanoseconds, ElementsAre(0, 125'000'000, 250'000'000, 375'000'000));
  ASSERT_EQ(decoded->columns.size(), 3u) << "the twin of the package tells nothing new";
  const auto& package = decoded->columns[0];
  EXPECT_EQ(package.zone.path, "set:0");
  EXPECT_EQ(package.zone.source, "set");
  EXPECT_THAT(package.steps, ElementsAre(0, 2'500'000, 4'500'000, 4'500'000));
  EXPECT_THAT(package.marks, ElementsAre(Mark::fresh, Mark::fresh, Mark::fresh, Mark::gap));
  EXPECT_EQ(decoded->columns[1].zone.part_of, "set:0");
  const auto& wall = decoded->columns[2];
  EXPECT_EQ(wall.zone.joules_per_unit, 1e-6);
  EXPECT_THAT(wall.steps, ElementsAre(0, 10'000'000, 10'000'000, 30'000'000));
  EXPECT_THAT(wall.marks, ElementsAre(Mark::fresh, Mark::fresh, Mark::held, Mark::fresh));
}

}  // namespace
}  // namespace power
