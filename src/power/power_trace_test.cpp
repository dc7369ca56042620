#include "power/power_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
// gtest must come before rapidcheck's binding to it.
#include <rapidcheck/gtest.h>

#include <cmath>
#include <random>

#include "power/trace_block.h"

namespace power {
namespace {

using testing::HasSubstr;
using units::BootTime;

constexpr BootTime begin = BootTime::from_nanoseconds(1'000'000'000'007);
BootTime after(std::int64_t nanoseconds) { return BootTime::from_nanoseconds(begin.nanoseconds() + nanoseconds); }

TraceZone zone(const std::string& name, double joules_per_unit = 1e-6) {
  TraceZone zone;
  zone.path = "/sys/class/powercap/" + name;
  zone.name = name;
  zone.source = "powercap";
  zone.joules_per_unit = joules_per_unit;
  return zone;
}
std::vector<TraceZone> zones(std::size_t count) {
  std::vector<TraceZone> zones;
  for (std::size_t i = 0; i < count; ++i) zones.push_back(zone("intel-rapl:" + std::to_string(i)));
  return zones;
}

std::string encode(const PowerTrace& trace) {
  std::vector<TraceZone> zones;
  for (const auto& column : trace.columns) zones.push_back(column.zone);
  PowerTraceBuilder builder(zones, begin);
  std::vector<TraceValue> values(zones.size());
  for (std::size_t i = 0; i < trace.nanoseconds.size(); ++i) {
    for (std::size_t z = 0; z < values.size(); ++z) values[z] = {trace.columns[z].steps[i], trace.columns[z].marks[i]};
    builder.append(after(trace.nanoseconds[i]), values);
  }
  return builder.encoded();
}

PowerTrace decoded(const std::string& bytes) {
  auto trace = decode_power_trace(bytes);
  EXPECT_TRUE(trace) << trace.error().text();
  if (!trace) std::abort();
  return *std::move(trace);
}

// Numbers of every size, from steps of nothing to jumps over most of the range.
std::vector<std::uint64_t> rising(std::size_t size, std::uint64_t most) {
  std::vector<std::uint64_t> values;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto bits = *rc::gen::inRange(0, 64);
    const auto step = *rc::gen::arbitrary<std::uint64_t>() >> bits;
    value += std::min(step, most - value);
    values.push_back(value);
  }
  return values;
}

PowerTrace arbitrary_trace() {
  PowerTrace trace;
  const auto size = *rc::gen::inRange<std::size_t>(0, 40);
  for (const auto at : rising(size, INT64_MAX - static_cast<std::uint64_t>(begin.nanoseconds())))
    trace.nanoseconds.push_back(static_cast<std::int64_t>(at));
  for (auto count = *rc::gen::inRange(0, 4); count > 0; --count) {
    PowerTrace::Column column;
    column.zone = zone(*rc::gen::string<std::string>().as("name"), *rc::gen::element(1e-6, 0x1p-32, 3.6e6));
    column.zone.part_of = *rc::gen::element<std::string>("", "/sys/x");
    column.zone.quality = *rc::gen::element(units::Quality::measured, units::Quality::estimated);
    column.zone.scope = *rc::gen::element(units::Scope::machine, units::Scope::gpu);
    column.steps = rising(size, UINT64_MAX);
    for (std::size_t i = 0; i < size; ++i)
      column.marks.push_back(*rc::gen::element(Mark::fresh, Mark::fresh, Mark::held, Mark::gap));
    trace.columns.push_back(std::move(column));
  }
  return trace;
}

RC_GTEST_PROP(PowerTrace, WhateverWasSampledComesBackExactly, ()) {
  const auto trace = arbitrary_trace();
  const auto again = decode_power_trace(encode(trace));
  RC_ASSERT(again.ok());
  RC_ASSERT(*again == trace);
}

RC_GTEST_PROP(PowerTrace, AnyChangeOfAByteAndAnyCutIsAnError, ()) {
  const auto bytes = encode(arbitrary_trace());
  auto changed = bytes;
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  changed[at] = static_cast<char>(changed[at] ^ (1 << *rc::gen::inRange(0, 8)));
  RC_ASSERT(!decode_power_trace(changed).ok());
  RC_ASSERT(!decode_power_trace(std::string_view(bytes).substr(0, at)).ok());
  RC_ASSERT(!decode_power_trace(bytes + "x").ok());
}

// With a right checksum, so that what is behind it is looked at.
std::string sealed(std::string bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(hash >> (8 * i));
  return bytes;
}

RC_GTEST_PROP(PowerTrace, BytesOfSomebodyWhoKnowsTheChecksumAreAnErrorOrATrace, ()) {
  auto bytes = encode(arbitrary_trace());
  bytes.resize(bytes.size() - 8);
  for (auto changes = *rc::gen::inRange(1, 6); changes > 0; --changes)
    bytes[*rc::gen::inRange<std::size_t>(5, bytes.size())] = *rc::gen::arbitrary<char>();
  const auto trace = decode_power_trace(sealed(bytes));
  if (!trace) return;
  for (const auto& column : trace->columns) {
    RC_ASSERT(column.steps.size() == trace->nanoseconds.size());
    RC_ASSERT(column.marks.size() == trace->nanoseconds.size());
    RC_ASSERT(std::ranges::is_sorted(column.steps));
  }
  (void)power_trace_csv(*trace);
}

TEST(PowerTrace, WhatIsNoTraceIsSaidToBeNone) {
  const auto check = [](const std::string& bytes, const char* says) {
    const auto trace = decode_power_trace(bytes);
    ASSERT_FALSE(trace) << says;
    EXPECT_EQ(trace.error().kind(), base::ErrorKind::invalid);
    EXPECT_THAT(trace.error().text(), HasSubstr(says));
  };
  const auto good = encode(PowerTrace{});
  check("", "does not begin like one");
  check("PNG whatever there is", "does not begin like one");
  check("FWPT\x01", "it is cut");
  auto newer = good;
  newer[4] = 9;
  check(newer, "it has version 9, and this program reads version 1");
  check(good.substr(0, good.size() - 1), "its checksum differs");
  check(std::string(2 * kMostTraceBytes + 1, 'F'), "longer than one can be");
  std::string head("FWPT\x01");
  check(sealed(head + "\xff\xff\x7f"), "more than a trace can have");
  PowerTrace one_zone;
  for (const double joules_per_unit : {0.0, -1e-6, std::nan(""), HUGE_VAL, 1e300}) {
    one_zone.columns.assign(1, {zone("package-0", joules_per_unit), {}, {}});
    check(encode(one_zone), "no number of joules that a counter steps by");
  }
  check(sealed(head + std::string(1, '\0') + "\x09" + "abc"), "a block is cut");
  check(sealed(head + std::string(1, '\0') + "\x03" + "abc"), "a block has no size");
}

TEST(PowerTrace, ABlockThatPromisesMoreThanABlockHoldsIsRefusedBeforeRoomIsMade) {
  // The header of a zstd frame with a content size of 2^62 and nothing behind it.
  std::string frame("\x28\xb5\x2f\xfd\xe0", 5);
  for (int i = 0; i < 7; ++i) frame += '\0';
  frame += '\x40';
  PowerTrace trace;
  EXPECT_FALSE(unpack_block(frame, trace));
}

TEST(PowerTrace, SmallBytesThatUnfoldToMoreThanATraceAreRefused) {
  // A block of samples that never change takes some dozen bytes, and the file could hold very many of them.
  PowerTrace still;
  still.nanoseconds.assign(kLongestTraceBlock, 0);
  const auto block = pack_block(still);
  std::string bytes("FWPT\x01");
  bytes += '\0';
  for (std::size_t i = 0; i < kMostTraceSamples / kLongestTraceBlock + 8; ++i) {
    put_number(bytes, block.size());
    bytes += block;
  }
  const auto trace = decode_power_trace(sealed(bytes));
  ASSERT_FALSE(trace);
  EXPECT_THAT(trace.error().text(), HasSubstr("more samples than a trace can have"));
}

TEST(PowerTrace, TimeAndStepsThatWouldFallAreHeldAndMarked) {
  PowerTraceBuilder builder(zones(1), begin);
  builder.append(after(10), std::vector<TraceValue>{{100, Mark::fresh}});
  builder.append(after(5), std::vector<TraceValue>{{90, Mark::fresh}});
  builder.append(after(20), std::vector<TraceValue>{{120, Mark::fresh}});
  const auto trace = decoded(builder.encoded());
  EXPECT_THAT(trace.nanoseconds, testing::ElementsAre(10, 10, 20));
  EXPECT_THAT(trace.columns[0].steps, testing::ElementsAre(100, 100, 120));
  EXPECT_THAT(trace.columns[0].marks, testing::ElementsAre(Mark::fresh, Mark::gap, Mark::fresh));
}

// A counter that takes `watts`, with noise of a twentieth and a slow wave, published in steps of the hardware.
class NoisyCounter {
 public:
  NoisyCounter(double watts, double joules_per_unit, std::uint64_t grain, unsigned seed)
      : watts_(watts), joules_per_unit_(joules_per_unit), grain_(grain), random_(seed) {}
  std::uint64_t advance(double seconds) {
    time_ += seconds;
    std::normal_distribution<double> noise(0, 0.05 * watts_);
    const double power = std::max(0.1 * watts_, watts_ * (1 + 0.3 * std::sin(time_ / 40)) + noise(random_));
    exact_ += power * seconds / joules_per_unit_;
    return static_cast<std::uint64_t>(exact_) / grain_ * grain_;
  }

 private:
  double watts_, joules_per_unit_;
  std::uint64_t grain_;
  std::mt19937_64 random_;
  double exact_ = 0, time_ = 0;
};

struct Machine {
  std::vector<TraceZone> zones;
  std::vector<NoisyCounter> counters;
};
Machine two_sockets() {
  return {zones(5), {{180, 1e-6, 1, 1}, {165, 1e-6, 1, 2}, {24, 1e-6, 1, 3}, {21, 1e-6, 1, 4}, {480, 1e-6, 1, 5}}};
}

// Runs so long at 10 Hz, late by up to a millisecond each time.
PowerTraceBuilder run(Machine machine, double hours, std::vector<std::uint64_t>* last = nullptr,
                      const std::function<void(const PowerTraceBuilder&, double)>& look = {}) {
  PowerTraceBuilder builder(machine.zones, begin);
  std::mt19937_64 random(7);
  std::exponential_distribution<double> late(1 / 8e-5);
  std::vector<TraceValue> values(machine.zones.size());
  double before = 0;
  const auto samples = static_cast<int>(hours * 36'000);
  for (int i = 0; i <= samples; ++i) {
    const double now = i * 0.1 + std::min(late(random), 1e-3);
    for (std::size_t z = 0; z < values.size(); ++z)
      values[z] = {machine.counters[z].advance(now - before), Mark::fresh};
    before = now;
    builder.append(after(static_cast<std::int64_t>(now * 1e9)), values);
    if (look && i % 9'000 == 0) look(builder, now / 3600);
  }
  if (last) {
    last->clear();
    for (const auto& value : values) last->push_back(value.steps);
  }
  return builder;
}

TEST(PowerTrace, AnHourOfTwoSocketsAtTenHertzTakesLessThanAMegabyteWithoutThinning) {
  const auto builder = run(two_sockets(), 1);
  const auto bytes = builder.encoded();
  EXPECT_LT(bytes.size(), 1'000'000u);
  EXPECT_GT(bytes.size(), 300'000u) << "the noise of the test is no noise";
  EXPECT_EQ(builder.thinned(), 1u);
  EXPECT_EQ(decoded(bytes).nanoseconds.size(), 36'001u);
  RecordProperty("bytes", static_cast<int>(bytes.size()));
}

TEST(PowerTrace, CountersOfPerfWhoseLowBitsAreZeroTakeNoMore) {
  auto machine = two_sockets();
  // Units of 2^-32 J, of which the hardware counts 2^-14 J.
  for (std::size_t z = 0; z < 4; ++z)
    machine.zones[z].joules_per_unit = 0x1p-32,
    machine.counters[z] = NoisyCounter(100, 0x1p-32, 1u << 18, static_cast<unsigned>(z));
  EXPECT_LT(run(machine, 0.25).encoded().size(), 250'000u);
}

TEST(PowerTrace, AMachineOfManyZonesIsThinnedToAMegabyteAnHourAndLosesNoEnergy) {
  Machine machine{zones(25), {}};
  for (unsigned z = 0; z < 25; ++z) machine.counters.emplace_back(200, 1e-6, 1, z);
  std::vector<std::uint64_t> last;
  const auto builder = run(machine, 1, &last, [](const PowerTraceBuilder& so_far, double hours) {
    EXPECT_LT(static_cast<double>(so_far.encoded().size()), 1e6 * hours + 64e3 + 2 * 80e3);
  });
  EXPECT_GT(builder.thinned(), 1u);
  const auto trace = decoded(builder.encoded());
  EXPECT_LT(trace.nanoseconds.front(), 2'000'000) << "where it began is always there";
  for (std::size_t z = 0; z < last.size(); ++z) EXPECT_EQ(trace.columns[z].steps.back(), last[z]);
}

TEST(PowerTrace, AVeryLongRunStaysWithinTheMostSamplesAndKeepsItsGaps) {
  PowerTraceBuilder builder(zones(1), begin);
  const std::int64_t samples = 5 * static_cast<std::int64_t>(kMostTraceSamples);
  std::int64_t gaps = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    const bool gap = i % 100'003 == 100'002;
    gaps += gap ? 1 : 0;
    builder.append(after(i * 100'000'000),
                   std::vector<TraceValue>{{static_cast<std::uint64_t>(i) * 5'000, gap ? Mark::gap : Mark::fresh}});
  }
  const auto trace = decoded(builder.encoded());
  EXPECT_LE(trace.nanoseconds.size(), kMostTraceSamples + 2 * kLongestTraceBlock);
  EXPECT_GT(trace.nanoseconds.size(), kMostTraceSamples / 4);
  EXPECT_EQ(trace.nanoseconds.back(), (samples - 1) * 100'000'000);
  EXPECT_EQ(trace.columns[0].steps.back(), static_cast<std::uint64_t>(samples - 1) * 5'000);
  EXPECT_EQ(std::ranges::count(trace.columns[0].marks, Mark::gap), gaps);
}

TEST(PowerTraceCsv, HasARowForEachSampleAndZone) {
  PowerTrace trace;
  trace.nanoseconds = {0, 100'000'000, 200'000'000, 300'000'000, 400'000'000};
  auto package = zone("package-0");
  auto core = zone("=core, \"0\"\n", 0.5);
  core.part_of = package.path;
  core.quality = units::Quality::estimated;
  trace.columns = {{package,
                    {0, 5'000'000, 5'000'000, 15'000'000, 15'000'000},
                    {Mark::fresh, Mark::fresh, Mark::held, Mark::fresh, Mark::gap}},
                   {core, {0, 1, 2, 2, 2}, {Mark::fresh, Mark::fresh, Mark::fresh, Mark::fresh, Mark::fresh}}};
  const std::string p = "/sys/class/powercap/package-0,package-0,package,,powercap,measured,";
  const std::string c =
      "\"/sys/class/powercap/=core, \"\"0\"\" \",\"'=core, \"\"0\"\" \",package,/sys/class/powercap/package-0,powercap,"
      "estimated,";
  EXPECT_EQ(power_trace_csv(trace),
            "time_s,path,zone,scope,part_of,source,quality,energy_J,power_W,reading\n"
            "0.000000," +
                p + "0,,fresh\n" + "0.000000," + c + "0,,fresh\n" + "0.100000," + p + "5,50,fresh\n" + "0.100000," + c +
                "0.5,5,fresh\n" + "0.200000," + p + "5,,held\n" + "0.200000," + c + "1,5,fresh\n" + "0.300000," + p +
                "15,50,fresh\n" + "0.300000," + c + "1,0,fresh\n" + "0.400000," + p + "15,,gap\n" + "0.400000," + c +
                "1,0,fresh\n");
}

}  // namespace
}  // namespace power
