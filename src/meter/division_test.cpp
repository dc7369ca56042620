#include "meter/division.h"

#include <gtest/gtest.h>

namespace meter {
namespace {

using namespace units::literals;
using Precision = power::MachineLoad::Precision;
using units::Seconds;

power::Zone package(int socket) {
  power::Zone zone;
  zone.socket = socket;
  return zone;
}
power::Zone machine() {
  power::Zone zone;
  zone.scope = units::Scope::machine;
  return zone;
}
power::Zone gpu() {
  power::Zone zone;
  zone.scope = units::Scope::gpu;
  zone.split = power::Zone::Split::device_use;
  return zone;
}
const os::CpuTopology kTwoSockets{{0, 0, 0, 0, 1, 1, 1, 1}};

MachineStep second_of(double busy) {
  MachineStep step;
  step.elapsed = 1_s, step.busy = Seconds(busy), step.capacity = 8_s;
  return step;
}
Division::Member member(const Workload& workload, double cpu, std::vector<Seconds> by_socket = {}) {
  return {.workload = &workload,
          .used = attribution::CpuUse{Seconds(cpu), std::move(by_socket)},
          .late = false,
          .processes = {}};
}

TEST(Division, EachSocketIsSplitByWhatRanOnIt) {
  const std::vector zones{package(0), package(1), machine()};
  Division division(zones, kTwoSockets, Precision::exact);
  const Workload pinned{.name = "pinned", .control_group = {}, .reserved = 0.5, .cpus = {4, 5, 6, 7}};
  const Workload anywhere{.name = "anywhere", .control_group = {}, .reserved = 0.25};
  std::vector members{member(pinned, 3, {0_s, 3_s}), member(anywhere, 1)};
  division.divide(second_of(4), std::vector{1_s, 3_s}, {}, IdlePolicy::reserved, members);

  const auto first = division.steps(0), second = division.steps(1);
  const auto place = division.place_of();
  EXPECT_EQ(first[place[0]].own, 0_s);
  EXPECT_EQ(first[place[1]].own, 3_s);
  EXPECT_EQ(second[place[0]].own, 1_s) << "what the pinned one left of the busy time";
  EXPECT_EQ(second[place[1]].own, 0_s);
  EXPECT_EQ(first[place[2]].own, 3_s);
  EXPECT_EQ(first[place[0]].reserved, 0) << "it may not run there";
  EXPECT_EQ(first[place[1]].reserved, 1);
  EXPECT_EQ(first[place[2]].reserved, 0.5);
  EXPECT_EQ(second[place[1]].reserved, 0.25);
  EXPECT_DOUBLE_EQ(*division.load(place[0]), 0.25);
  EXPECT_DOUBLE_EQ(*division.load(place[2]), 0.5);
}

TEST(Division, WithoutTheSocketsTimesEachIsSplitAsTheMachineIs) {
  const std::vector zones{package(0), package(1)};
  Division division(zones, kTwoSockets, Precision::exact);
  const Workload workload;
  std::vector members{member(workload, 1)};
  division.divide(second_of(4), {}, {}, IdlePolicy::reserved, members);
  for (const auto place : division.place_of()) {
    EXPECT_EQ(division.steps(0)[place].own, 1_s);
    EXPECT_EQ(division.steps(0)[place].busy, 4_s);
  }
}

TEST(Division, AGpuIsSplitByTheUseThatProcessesMadeOfIt) {
  const std::vector zones{machine(), gpu(), gpu()};
  Division division(zones, kTwoSockets, Precision::exact);
  const Workload encoder;
  std::vector members{member(encoder, 0.1)};
  members[0].processes = {100, 101};
  const std::vector<power::DeviceUse> uses{{1, 100, 0.3_s}, {1, 101, 0.1_s}, {1, 999, 0.4_s}, {2, 999, 1_s}};
  division.divide(second_of(1), {}, uses, IdlePolicy::reserved, members);
  const auto place = division.place_of();
  EXPECT_DOUBLE_EQ(division.steps(0)[place[1]].own->value(), 0.4);
  EXPECT_DOUBLE_EQ(division.steps(0)[place[1]].busy.value(), 0.8);
  EXPECT_EQ(division.steps(0)[place[2]].own, 0_s);
}

TEST(Division, PoliciesOfTheIdlePower) {
  const std::vector zones{machine()};
  Division division(zones, kTwoSockets, Precision::exact);
  const Workload a{.name = "a", .control_group = {}, .reserved = 0.5},
      b{.name = "b", .control_group = {}, .reserved = 0.25};
  std::vector members{member(a, 1), member(b, 1)};
  const auto reserved = [&](IdlePolicy policy) {
    division.divide(second_of(4), {}, {}, policy, members);
    return std::pair(division.steps(0)[0].reserved, division.steps(1)[0].reserved);
  };
  EXPECT_EQ(reserved(IdlePolicy::reserved), std::pair(0.5, 0.25));
  EXPECT_EQ(reserved(IdlePolicy::equal), std::pair(0.5, 0.5));
  EXPECT_EQ(reserved(IdlePolicy::none), std::pair(0.0, 0.0));
}

TEST(Division, TicksThatComeAStepLateAreNotCountedOnceMore) {
  const std::vector zones{machine()};
  const Workload workload;
  for (const auto precision : {Precision::ticks, Precision::exact}) {
    Division division(zones, {{0, 0}}, precision);
    std::vector members{member(workload, 0.015)};
    division.divide(second_of(0.01), {}, {}, IdlePolicy::reserved, members);
    division.divide(second_of(0.02), {}, {}, IdlePolicy::reserved, members);
    EXPECT_NEAR(division.steps(0)[0].busy.value(), precision == Precision::ticks ? 0.015 : 0.02, 1e-9);
  }
}

TEST(Division, TheSystemCountsAsOneOfTheOthers) {
  const std::vector zones{machine()};
  Division division(zones, {{0, 0}}, Precision::exact);
  const Workload workload;
  std::vector members{member(workload, 1), member(workload, 2)};
  division.divide(second_of(6), {}, {}, IdlePolicy::reserved, members);
  EXPECT_DOUBLE_EQ(division.steps(0)[0].others_squared, 2 * 2 + 3 * 3);
}

TEST(Division, OfSixtyFourSocketsEachIsAPlaceOfItsOwn) {
  std::vector<power::Zone> zones;
  os::CpuTopology topology;
  std::vector<Seconds> busy;
  for (int socket = 0; socket < 64; ++socket) {
    zones.push_back(package(socket));
    topology.socket_of_cpu.insert(topology.socket_of_cpu.end(), 2, socket);
    busy.push_back(Seconds(socket == 63 ? 1 : 0));
  }
  Division division(zones, topology, Precision::exact);
  const Workload anywhere{.name = "anywhere", .control_group = {}, .reserved = 0.25};
  std::vector members{member(anywhere, 1)};
  division.divide({.elapsed = 1_s, .busy = 1_s, .capacity = 128_s}, busy, {}, IdlePolicy::reserved, members);
  const auto steps = division.steps(0);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(steps[division.place_of()[i]].own, busy[i]) << i;
}

}  // namespace
}  // namespace meter
