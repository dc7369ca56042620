// SeededRandom: the same numbers on every run. Only TEST_DEPENDS may name this module. Any thread.
#pragma once

#include <atomic>

#include "os/random.h"

namespace os_testing {

class SeededRandom final : public os::Random {
 public:
  explicit SeededRandom(std::uint64_t seed = 1) : state_(seed) {}

  // SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): a counter and a
  // mixing function, hence free of locks.
  std::uint64_t next() override {
    constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;
    std::uint64_t z = state_.fetch_add(kStep) + kStep;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::atomic<std::uint64_t> state_;
};

}  // namespace os_testing
