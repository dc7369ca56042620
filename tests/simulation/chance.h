// Chance: every die that a simulated run throws. The same seed throws the same; nothing of libstdc++'s distributions,
// whose numbers are not promised to stay.
#pragma once

#include <cmath>
#include <cstdint>

#include "os_testing/seeded_random.h"
#include "units/quantity.h"

namespace simulation {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}
  os::Random& random() { return random_; }
  std::uint64_t next() { return random_.next(); }
  double unit() { return static_cast<double>(random_.next() >> 11) / 9007199254740992.0; }  // [0, 1)
  bool happens(double probability) { return probability > 0 && unit() < probability; }
  // From 0 to below n.
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : random_.next() % n; }
  int between(int low, int high) { return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1))); }
  double between(double low, double high) { return low + (high - low) * unit(); }
  units::Seconds between(units::Seconds low, units::Seconds high) {
    return units::Seconds(between(low.value(), high.value()));
  }
  // Between low and high, each order of magnitude as likely as the next.
  double any_size(double low, double high) { return low * std::exp(unit() * std::log(high / low)); }
  // Waiting for something that comes at random, `mean` on average.
  units::Seconds waiting(units::Seconds mean) { return units::Seconds(-mean.value() * std::log1p(-unit())); }
  template <class Container>
  auto& one_of(Container& all) {
    return all[below(all.size())];
  }

 private:
  os_testing::SeededRandom random_;
};

}  // namespace simulation
