// Sampler: a thread of a collector's own, for what takes longer than a scrape may wait. It takes its first sample at
// once and then one every interval, whether anybody scrapes or not, and ends with the object.
#pragma once

#include <functional>
#include <stop_token>
#include <thread>

#include "os/clock.h"

namespace exporter {

class Sampler {
 public:
  // `take` is called on that thread alone, and gives up soon when a stop is requested. The clock outlives the object.
  Sampler(const os::Clock& clock, units::Seconds interval, std::function<void(std::stop_token)> take)
      : thread_([&clock, interval, take = std::move(take)](std::stop_token stop) {
          do {
            take(stop);
          } while (clock.sleep_until(clock.boot() + interval, stop) == os::Clock::Woken::deadline);
        }) {}

 private:
  std::jthread thread_;
};

}  // namespace exporter
