// Survival: how much of what was not synced a loss of power takes, drawn once for each file and folder, so that
// everything, nothing, most and little of it survive about equally often. One thread.
#pragma once

#include <cstdint>

#include "os/random.h"

namespace simulation {

class Survival {
 public:
  explicit Survival(os::Random& random) : random_(random), eighths_(odds[random.next() % 5]) {}

  bool survives() { return random_.next() % 8 < eighths_; }
  std::size_t one_of(std::size_t count) { return static_cast<std::size_t>(random_.next() % count); }

 private:
  static constexpr std::uint64_t odds[] = {0, 1, 4, 7, 8};
  os::Random& random_;
  std::uint64_t eighths_;
};

}  // namespace simulation
