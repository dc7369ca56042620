// Program: one thing that runs on the simulated machine: a workload, a neighbour, or the system's own background.
// What it asks of the machine is a pure function of time, so that nothing depends on when or how often anybody looks.
// Values; any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "units/quantity.h"
#include "units/time.h"

namespace power_sources::simulated {

// The n-th number of a seed, 0 to 1, without its predecessors. SplitMix64's mixing function (Steele, Lea, Flood,
// "Fast splittable pseudorandom number generators", OOPSLA 2014).
double drawn(std::uint64_t seed, std::uint64_t n);

// CPU demand in cores, constant between changes.
struct Demand {
  enum class Shape {
    steady,    // high
    bursts,    // high for `duty` of each period, then low
    ramp,      // from low to high over the period, in kStairs steps, then high
    sawtooth,  // a ramp that begins anew each period
    noise,     // each period at a level of its own between low and high, drawn from `seed`
  } shape = Shape::steady;
  double low = 0, high = 1;  // cores
  units::Seconds period{1};
  double duty = 0.5;
  std::uint64_t seed = 0;

  struct Level {
    double cores = 0;
    units::Seconds until{};  // since the program's start: when the next change comes; never where it is infinite
  };
  Level at(units::Seconds since_start) const;

  static constexpr int kStairs = 64;
};

struct Program {
  Demand demand;
  // Watts of a busy core, relative to the machine's reference program. How it spreads: kActivitySpread.
  double activity = 1;
  units::Watts traffic_per_core{0.3};  // memory traffic, as the DRAM power that one busy core of it causes
  double gpu_use = 0;                  // of the whole GPU while it runs, 0 to 1
  // It spends `stay` of its CPU time on its home socket and the rest evenly on the others; without a home it is spread
  // over all as they have cores left. Pinned: a home and stay = 1.
  std::optional<int> home{};
  double stay = 1;
  units::BootTime start{}, end = units::BootTime::from_nanoseconds(INT64_MAX);
};

// Standard deviation of the logarithm of `activity` among programs of one kind. A CPU second of one video encoder costs
// 10 to 15 % more or less than one of another, or of the same one with another preset, since they differ in vector
// instructions and in how often they wait for memory. This is what a split by CPU time cannot see, and hence what
// bounds it.
inline constexpr double kActivitySpread = 0.12;

}  // namespace power_sources::simulated
