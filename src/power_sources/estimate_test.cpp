#include "power_sources/estimate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace power_sources {
namespace {

using namespace units::literals;
using ::testing::HasSubstr;

constexpr double kGib = 1024.0 * 1024 * 1024;

os::MachineFacts server() {
  os::MachineFacts facts;
  facts.sockets = 2, facts.cores = 128, facts.threads = 256;
  facts.memory = units::Bytes(512 * kGib);
  return facts;
}
os::MachineFacts virtual_machine() {
  os::MachineFacts facts;
  facts.threads = 2;
  facts.memory = units::Bytes(8 * kGib);
  facts.virtual_machine = true;
  return facts;
}
const std::vector<CpuFamily>& families() {
  static const auto table = *parse_cpu_families(cpu_families_text());
  return table;
}
Estimate estimate(const os::MachineFacts& facts, const std::string& model, const Settings& settings = {}) {
  auto result = make_estimate(facts, {.model = model, .id = {}}, families(), settings);
  EXPECT_TRUE(result) << result.error().text();
  return *result;
}

TEST(ServerPower, FollowsTheFitOfTheMeasurementPage) {
  // By hand: 2 chips of 280 W, 512 GiB, 2020 or later, 128 threads per chip.
  // ln P_idle = 0.2105 + 0.4666 ln 560 + 0.3655 ln 512 − 0.1520 · 6 + 0.4721 · 1.44 − 0.0703 ln 128 = 4.8695
  // ln P_100  = 0.5938 + 0.7691 ln 560 + 0.2202 ln 512 − 0.0729 · 6 + 0.1038 · 1.44 − 0.0201 ln 128 = 6.4491
  const ServerFacts facts{
      .chips = 2, .tdp = 280_W, .memory = units::Bytes(512 * kGib), .year = 2021, .threads_per_chip = 128};
  const ServerPower power(facts);
  EXPECT_NEAR(power.idle().value(), 130.2, 0.3);
  EXPECT_NEAR(power.full().value(), 632.1, 1.5);
  EXPECT_EQ(power.at(0), power.idle());
  EXPECT_EQ(power.at(1), power.full());
  EXPECT_NEAR(((power.at(0.5) - power.idle()) / (power.full() - power.idle())), 0.444, 1e-9);
  EXPECT_NEAR(((power.at(0.25) - power.idle()) / (power.full() - power.idle())), (0.228 + 0.302) / 2, 1e-9);
}

TEST(ServerPower, TheYearIsCappedBecauseTheFitDoesNotReachFurther) {
  ServerFacts facts{
      .chips = 2, .tdp = 300_W, .memory = units::Bytes(768 * kGib), .year = 2025, .threads_per_chip = 128};
  const ServerPower now(facts);
  facts.year = 2020;
  EXPECT_EQ(now.idle(), ServerPower(facts).idle());
  EXPECT_LT(now.idle().value(), 200) << "the free fit says 652 W for a server that idles at 150 W";
}

TEST(ServerPower, LoadOutsideOfZeroToOneIsClampedAndPowerNeverFallsWithLoad) {
  for (const int year : {2010, 2014, 2018, 2022}) {
    const ServerPower power(
        {.chips = 1, .tdp = 95_W, .memory = units::Bytes(32 * kGib), .year = year, .threads_per_chip = 16});
    EXPECT_EQ(power.at(-1), power.at(0));
    EXPECT_EQ(power.at(7), power.at(1));
    for (int i = 0; i < 100; ++i) EXPECT_LE(power.at(i / 100.0), power.at((i + 1) / 100.0)) << year << " " << i;
  }
}

TEST(ServerPower, ATinyChipBesideMuchMemoryDoesNotDrawLessAtFullLoad) {
  const ServerPower power(
      {.chips = 1, .tdp = 1_W, .memory = units::Bytes(4096 * kGib), .year = 2020, .threads_per_chip = 4});
  EXPECT_LE(power.idle(), power.full());
}

TEST(ServerPower, BoundsAreThoseOfTheFitAndLinearBetween) {
  EXPECT_EQ(ServerPower::bounds(0), (Bounds{0.55, 1.82}));
  EXPECT_EQ(ServerPower::bounds(0.5), (Bounds{0.73, 1.51}));
  EXPECT_EQ(ServerPower::bounds(1), (Bounds{0.72, 1.34}));
  EXPECT_NEAR(ServerPower::bounds(0.25).low, 0.64, 1e-9);
  EXPECT_NEAR(ServerPower::bounds(0.75).high, 1.425, 1e-9);
}

TEST(Estimate, AMachineOfItsOwnUsesItsOwnSocketsThreadsAndMemory) {
  const auto made = estimate(server(), "AMD EPYC 7763 64-Core Processor");
  EXPECT_EQ(made.host_threads, 256);
  EXPECT_EQ(made.idle_fraction, 1);
  EXPECT_EQ(made.extra, Bounds{});
  EXPECT_THAT(made.detail, HasSubstr("AMD EPYC 7003 (Milan)"));
  EXPECT_EQ(made.fix, "");
}

TEST(Estimate, AVirtualMachineTakesItsPartOfTheHost) {
  const auto made = estimate(virtual_machine(), "AMD EPYC 9654 96-Core Processor");
  EXPECT_EQ(made.host_threads, 256);
  EXPECT_DOUBLE_EQ(made.idle_fraction, 2.0 / 256);
  const auto idle = made.server.idle() * made.idle_fraction;
  EXPECT_GT(idle, 0.3_W);
  EXPECT_LT(idle, 5_W);
  EXPECT_EQ(bounds(made, 0.3, 0), (Bounds{0.5, 2}));
  EXPECT_THAT(made.detail, HasSubstr("a virtual machine with 2 of an assumed 256 host threads"));
}

TEST(Estimate, StealAboveOnePercentWidensTheInterval) {
  const auto made = estimate(virtual_machine(), "AMD EPYC 9654 96-Core Processor");
  EXPECT_EQ(bounds(made, 0.3, 0.01), (Bounds{0.5, 2}));
  const auto crowded = bounds(made, 0.3, 0.2);
  EXPECT_DOUBLE_EQ(crowded.low, 0.4);
  EXPECT_DOUBLE_EQ(crowded.high, 2.4);
  EXPECT_GT(bounds(made, 0.3, 1.0).low, 0);
}

TEST(Estimate, AnUnknownCpuGivesAWiderIntervalAndNamesTheKeysThatMendIt) {
  const auto made = estimate(server(), "Loongson-3A5000");
  EXPECT_EQ(made.extra, (Bounds{0.5, 2}));
  EXPECT_THAT(made.detail, HasSubstr("'Loongson-3A5000' is not in the table"));
  EXPECT_EQ(made.fix, "set cpu_tdp, cpu_year and cpu_threads_per_chip in the section [energy]");
}

TEST(Estimate, TheConfigurationWinsOverTheTable) {
  const auto by_table = estimate(virtual_machine(), "AMD EPYC 9654 96-Core Processor");
  const Settings settings{.cpu_tdp = 400_W, .cpu_year = 2024, .cpu_threads_per_chip = 192, .only = {}};
  const auto told = estimate(virtual_machine(), "AMD EPYC 9654 96-Core Processor", settings);
  EXPECT_EQ(told.host_threads, 384);
  EXPECT_GT(told.server.full(), by_table.server.full());
  const auto unknown_but_told = estimate(server(), "Loongson-3A5000", settings);
  EXPECT_EQ(unknown_but_told.extra, Bounds{});
  EXPECT_THAT(unknown_but_told.detail, HasSubstr("the configured CPU"));
}

// Of each machine what section by section of the fit gives, worked out apart from the program: ln P = w · x for P_idle
// and P_100, then P(u) by the curve of the year, then the bounds at u and the kind's.
TEST(Estimate, OfFiveMachinesAndTwoInstancesIsWhatTheFormulaGivesByHand) {
  struct Case {
    const char *model, *id, *machine;
    int sockets, threads;
    double memory_gib;
    double busy;   // CPUs
    double steal;  // of the time
    double watts, low, high;
  };
  const Case cases[] = {
      // 2 × 250 W, 2020, 128 threads a chip: idle 123.60, full 579.22; 30 %: s = 0.302, bounds 0.658 to 1.634
      {"AMD EPYC 7763 64-Core Processor", "", "", 2, 256, 512, 0.3 * 256, 0, 261.20, 171.87, 426.80},
      // 2 × 120 W, 2016, 28 threads: idle 59.05, full 293.30; 50 %: s = 0.435, bounds 0.73 to 1.51
      {"Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", "", "", 2, 56, 128, 28, 0, 160.95, 117.50, 243.04},
      // A laptop at rest: 15 W, 2017, 8 threads; bounds 0.55 × 0.4 to 1.82 × 2
      {"Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", "", "", 1, 8, 16, 0, 0, 7.81, 1.72, 28.42},
      // A board at full load: 6 W, 2019, 4 threads; bounds 0.72 × 0.4 to 1.34 × 2.5
      {"", "ARM/0x41/0xd08", "Raspberry Pi 4 Model B Rev 1.4", 1, 4, 4, 4, 0, 7.30, 2.10, 24.47},
      // A desktop at 80 %: 95 W, 2020, 16 threads, 32 GiB: idle 23.93, full 91.46; s = 0.715
      {"AMD Ryzen 7 5800X 8-Core Processor", "", "", 1, 16, 32, 12.8, 0, 72.21, 35.03, 203.36},
      // 4 of 64 threads of a host with 256 GiB: idle 47.54, full 146.23; 4/64 of the idle and two busy threads
      {"", "ARM/0x41/0xd0c", "Amazon EC2/m6g.xlarge", 1, 4, 16, 2, 0, 6.055, 2.028, 18.165},
      // 8 of 256 threads of a host with 1 TiB, 6 busy, 5 % of the time stolen: bounds 0.5 × 0.95 to 2 × 1.05
      {"AMD EPYC 9654 96-Core Processor", "", "", 1, 8, 32, 6, 0.05, 20.516, 9.745, 43.084},
  };
  for (const auto& c : cases) {
    os::MachineFacts facts;
    facts.sockets = c.sockets, facts.threads = c.threads, facts.memory = units::Bytes(c.memory_gib * kGib);
    facts.virtual_machine = names_virtual_machine(c.machine) || c.steal > 0;
    const auto made = make_estimate(facts, {.model = c.model, .id = c.id, .machine = c.machine}, families(), {});
    ASSERT_TRUE(made) << made.error().text();
    const auto& server = made->server;
    const double load = c.busy / c.threads;
    const auto watts = facts.virtual_machine ? server.idle() * made->idle_fraction +
                                                   (server.full() - server.idle()) / made->host_threads * c.busy
                                             : server.at(load);
    const auto range = bounds(*made, load, c.steal);
    const auto near = [&](double expected, double value) {
      EXPECT_NEAR(value, expected, 0.002 * expected) << c.model << c.machine;
    };
    near(c.watts, watts.value());
    near(c.low, watts.value() * range.low);
    near(c.high, watts.value() * range.high);
  }
}

TEST(Estimate, WhereTheFitDoesNotHoldTheIntervalIsWiderAndTheTextSaysWhy) {
  struct Case {
    CpuName cpu;
    Bounds extra;
    const char* says;
  };
  const Case cases[] = {
      {{.model = "AMD EPYC 7763 64-Core Processor", .id = {}}, {}, ""},
      {{.model = "", .id = "ARM/0x41/0xd40"}, {.low = 0.67, .high = 1.5}, "the fit has seen no server with an ARM CPU"},
      {{.model = "AMD Ryzen 9 5950X 16-Core Processor", .id = {}}, {.low = 0.67, .high = 2}, "no graphics card"},
      {{.model = "AMD Ryzen 7 5800U with Radeon Graphics", .id = {}}, {.low = 0.4, .high = 2}, "a laptop rests much"},
      {{.model = "Intel(R) N100", .id = {}}, {.low = 0.4, .high = 2.5}, "a board is far below the smallest"},
  };
  for (const auto& c : cases) {
    const auto made = make_estimate(server(), c.cpu, families(), {});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->extra, c.extra) << c.says;
    EXPECT_THAT(made->detail, HasSubstr(c.says));
    EXPECT_EQ(made->detail.find("the interval is wider") == std::string::npos, c.extra == Bounds{});
  }
  // Telling its TDP does not make a laptop a server.
  Settings settings;
  settings.cpu_tdp = 28_W, settings.cpu_year = 2021;
  const auto told = make_estimate(server(), cases[3].cpu, families(), settings);
  EXPECT_EQ(told->extra, cases[3].extra);
}

TEST(Estimate, MoreCpusThanTheAssumedHostHasAreAllOfIt) {
  auto facts = virtual_machine();
  facts.threads = 1'000;
  const auto made = estimate(facts, "AMD EPYC 7601 32-Core Processor");
  EXPECT_EQ(made.idle_fraction, 1);
}

TEST(Estimate, WithoutTheSizeOfTheMemoryThereIsNone) {
  auto facts = server();
  facts.memory = {};
  const auto result = make_estimate(facts, {}, families(), {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("MemTotal"));
}

}  // namespace
}  // namespace power_sources
