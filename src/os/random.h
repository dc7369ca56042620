// Random: 64 unpredictable bits a call. Any thread. The real one is getrandom(2); simulations pass a seeded one.
#pragma once

#include <cstdint>

#include "base/id.h"
#include "units/time.h"

namespace os {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;

  base::Id id(units::WallTime now) {
    const auto high = next(), low = next();
    return base::Id::make(static_cast<std::uint64_t>(now.nanoseconds() / 1'000'000), high, low);
  }
  std::string token() {
    const auto high = next(), low = next();
    return base::token_text(high, low);
  }
};

}  // namespace os
