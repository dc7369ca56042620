// How often workloads are looked at: once a second, half as often where all of them are process trees.
#include <gtest/gtest.h>

#include "meter/world_for_tests.h"

namespace meter {
namespace {

using namespace units::literals;

// Counts the looks at a workload that costs little, or much.
class Counted final : public WorkloadCpu {
 public:
  Counted(int& looks, Cost cost) : looks_(looks), cost_(cost) {}
  base::Result<void> look(os::CpuTime& out) override {
    out.total = units::Seconds(++looks_);
    return {};
  }
  void members(std::vector<pid_t>&) const override {}
  Cost cost() const override { return cost_; }

 private:
  int& looks_;
  const Cost cost_;
};

// Looks of ten seconds at workloads of such costs, of the first one; without those of begin and end.
int looks_at_the_first(std::vector<WorkloadCpu::Cost> costs) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  std::vector<int> looks(costs.size(), 0);
  for (std::size_t i = 0; i < costs.size(); ++i)
    world.meter->begin({.name = "job", .control_group = {}, .reserved = 0.5},
                       std::make_unique<Counted>(looks[i], costs[i]));
  world.run_for(2_s);
  const int before = looks[0];
  world.run_for(10_s);
  return looks[0] - before;
}

TEST(Charging, GroupsAreLookedAtOnceASecondAndTreesByThemselvesHalfAsOften) {
  using enum WorkloadCpu::Cost;
  EXPECT_EQ(looks_at_the_first({little}), 10);
  EXPECT_EQ(looks_at_the_first({much}), 5);
  EXPECT_EQ(looks_at_the_first({much, much}), 5);
  EXPECT_EQ(looks_at_the_first({much, little}), 10) << "all steps of one machine are of one length";
  EXPECT_EQ(looks_at_the_first({little, much}), 10);
}

TEST(Charging, TheTraceHasEverySampleWheneverItIsHandedOver) {
  World world({.idle = 40_W, .per_cpu = 10_W});
  const auto job = world.add_job(1);
  const auto handle = world.begin(job);
  world.run_for(4_s);
  world.set_rate(job, 3);
  world.run_for(9_s);  // more than the queue holds
  const auto energy = world.meter->end(handle, world.cpu_of(job));
  ASSERT_EQ(energy.trace.size(), 130u);
  EXPECT_NEAR(energy.trace[20].power.value(), 50, 0.01);
  EXPECT_NEAR(energy.trace[120].power.value(), 70, 0.01);
  EXPECT_NEAR(energy.trace.back().at.value(), 13, 0.001);
}

}  // namespace
}  // namespace meter
